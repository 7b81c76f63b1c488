"""Types in parse trees, spelled the way the server's ``format_type`` spells them."""

from __future__ import annotations

from postgast import pg_query_pb2 as pb

_STANDARD = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "varbit": "bit varying",
    "char": '"char"',
}
"""The catalog's names of types that SQL calls otherwise; source: format_type.c."""

_WITH_ZONE = {
    "time": ("time", " without time zone"),
    "timetz": ("time", " with time zone"),
    "timestamp": ("timestamp", " without time zone"),
    "timestamptz": ("timestamp", " with time zone"),
}
"""Types whose precision stands in the middle of their name."""

_INTERVAL_FIELDS = {
    4: "year",
    2: "month",
    8: "day",
    1024: "hour",
    2048: "minute",
    4096: "second",
    6: "year to month",
    1032: "day to hour",
    3080: "day to minute",
    7176: "day to second",
    3072: "hour to minute",
    7168: "hour to second",
    6144: "minute to second",
}
"""Bits of an interval's fields; source: INTERVAL_MASK in utils/timestamp.h and the numbers in utils/datetime.h."""


def type_text(type_name: pb.TypeName) -> str:
    """A type's name with its modifiers and array brackets, as in ``character varying(20)[]``."""
    parts: list[str] = [node.string.sval for node in type_name.names]
    standard = len(parts) == 1 or parts[0] == "pg_catalog"
    name = parts[-1] if standard else ".".join(parts)
    modifiers = [_modifier(node) for node in type_name.typmods]
    brackets = "[]" * len(type_name.array_bounds)
    if type_name.pct_type:
        return f"{'.'.join(parts)}%TYPE"
    if not standard:
        return name + _parenthesised(modifiers) + brackets
    if name == "interval":
        return _interval(modifiers) + brackets
    if name == "bpchar" and modifiers:
        name = "character"
    before, after = _WITH_ZONE.get(name, (_STANDARD.get(name, name), ""))
    return before + _parenthesised(modifiers) + after + brackets


def _interval(modifiers: list[str]) -> str:
    fields = _INTERVAL_FIELDS.get(int(modifiers[0])) if modifiers and modifiers[0].isdecimal() else None
    return "interval" + (f" {fields}" if fields else "") + _parenthesised(modifiers[1:])


def _parenthesised(modifiers: list[str]) -> str:
    return f"({','.join(modifiers)})" if modifiers else ""


def _modifier(node: pb.Node) -> str:
    """A modifier as text; extensions allow names and strings too, as in ``geometry(point,4326)``."""
    match node.WhichOneof("node"):
        case "a_const":
            constant = node.a_const
            match constant.WhichOneof("val"):
                case "ival":
                    return str(constant.ival.ival)
                case "sval":
                    return f"'{constant.sval.sval}'"
                case "fval":
                    return str(constant.fval.fval)
                case _:
                    return "…"
        case "column_ref":
            return ".".join(field.string.sval for field in node.column_ref.fields)
        case _:
            return "…"
