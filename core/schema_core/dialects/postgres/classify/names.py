"""Names in parse trees as ``Ref``s, and the words for kinds of objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from postgast import pg_query_pb2 as pb

from schema_core.schema.ref import Ref

_SPECIAL = {
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_FDW": "foreign-data wrapper",
    "OBJECT_FOREIGN_SERVER": "server",
    "OBJECT_DOMCONSTRAINT": "domain constraint",
    "OBJECT_TABCONSTRAINT": "constraint",
    "OBJECT_STATISTIC_EXT": "statistics",
    "OBJECT_TSCONFIGURATION": "text search configuration",
    "OBJECT_TSDICTIONARY": "text search dictionary",
    "OBJECT_TSPARSER": "text search parser",
    "OBJECT_TSTEMPLATE": "text search template",
    "OBJECT_OPCLASS": "operator class",
    "OBJECT_OPFAMILY": "operator family",
    "OBJECT_LARGEOBJECT": "large object",
    "OBJECT_DEFACL": "default privileges",
}


def kind_of(object_type: int) -> str:
    """The word for a parse tree's ObjectType."""
    name = pb.ObjectType.Name(object_type)
    return _SPECIAL.get(name) or name.removeprefix("OBJECT_").lower().replace("_", " ")


def strings(nodes: Iterable[Any]) -> list[str]:
    """The string values of a list of nodes; other nodes are left out."""
    return [node.string.sval for node in nodes if node.WhichOneof("node") == "string"]


def dotted(kind: str, parts: Sequence[str]) -> Ref:
    """A name of one to three parts (database, schema, name)."""
    return Ref(kind, parts[-2] if len(parts) > 1 else None, None, parts[-1] if parts else "")


def belonging(kind: str, parts: Sequence[str]) -> Ref:
    """A name whose last part belongs to the table named before it."""
    return Ref(kind, parts[-3] if len(parts) > 2 else None, parts[-2] if len(parts) > 1 else None, parts[-1])


def relation(range_var: Any, kind: str = "table") -> Ref:
    """The name of a RangeVar."""
    return Ref(kind, range_var.schemaname or None, None, range_var.relname)


def child(table: Ref, kind: str, name: str) -> Ref:
    """An object that belongs to a table."""
    return Ref(kind, table.schema, table.name, name)


def type_text(type_name: Any) -> str:
    """A type roughly as written: ``pg_catalog`` left out, modifiers and array brackets kept."""
    parts = [part for part in strings(type_name.names) if part != "pg_catalog"]
    modifiers = [str(node.a_const.ival.ival) for node in type_name.typmods if node.WhichOneof("node") == "a_const"]
    text = ".".join(parts) + (f"({','.join(modifiers)})" if modifiers else "")
    return text + "[]" * len(type_name.array_bounds)


def named_object(kind: str, node: Any) -> Ref:
    """The object that a DROP, COMMENT, ALTER … OWNER or similar names, whatever shape its node has."""
    shape = node.WhichOneof("node")
    if shape == "string":
        return Ref(kind, None, None, node.string.sval)
    if shape == "type_name":
        return dotted(kind, strings(node.type_name.names))
    if shape == "object_with_args":
        routine = node.object_with_args
        arguments = ", ".join(type_text(item.type_name) for item in routine.objargs if item.HasField("type_name"))
        ref = dotted(kind, strings(routine.objname))
        return Ref(ref.kind, ref.schema, None, ref.name, None if routine.args_unspecified else arguments)
    if shape == "list":
        parts = strings(node.list.items)
        if kind in ("trigger", "rule", "policy", "constraint", "column"):
            return belonging(kind, parts)
        if parts:
            return dotted(kind, parts)
        types = [type_text(item.type_name) for item in node.list.items if item.WhichOneof("node") == "type_name"]
        return Ref(kind, None, None, " as ".join(types))
    return Ref(kind, None, None, "")
