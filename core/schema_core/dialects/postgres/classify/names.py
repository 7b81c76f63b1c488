"""Names in parse trees as ``Ref``s, and the words for kinds of objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.type_names import type_text
from schema_core.schema.ref import Ref

_OTHERWISE_NAMED = {
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
    "OBJECT_PARAMETER_ACL": "parameter",
    "OBJECT_DEFACL": "default privileges",
}
_KINDS: dict[int, str] = {
    number: _OTHERWISE_NAMED.get(name, name.removeprefix("OBJECT_").lower().replace("_", " "))
    for name, number in pb.ObjectType.items()
}
_OF_A_TABLE = frozenset({"trigger", "rule", "policy", "constraint", "column"})
_ROLES: dict[int, str] = {
    pb.ROLESPEC_CURRENT_ROLE: "CURRENT_ROLE",
    pb.ROLESPEC_CURRENT_USER: "CURRENT_USER",
    pb.ROLESPEC_SESSION_USER: "SESSION_USER",
    pb.ROLESPEC_PUBLIC: "PUBLIC",
}


def kind_of(object_type: int) -> str:
    """The word for a parse tree's ObjectType."""
    return _KINDS.get(object_type, "object")


def strings(nodes: Iterable[pb.Node]) -> list[str]:
    """The string values of a list of nodes; other nodes are left out."""
    return [node.string.sval for node in nodes if node.WhichOneof("node") == "string"]


def dotted(kind: str, parts: Sequence[str]) -> Ref:
    """A name of one to three parts (database, schema, name)."""
    return Ref(kind, parts[-2] if len(parts) > 1 else None, None, parts[-1] if parts else "")


def relation(range_var: pb.RangeVar, kind: str = "table") -> Ref:
    """The name of a table, or of another relation when ``kind`` says so."""
    return Ref(kind, range_var.schemaname or None, None, range_var.relname)


def child(table: Ref, kind: str, name: str) -> Ref:
    """An object that belongs to a table."""
    return Ref(kind, table.schema, table.name, name)


def owner_of(ref: Ref) -> Ref | None:
    """The table that an object belongs to, as far as its own name says."""
    if ref.parent is None or ref.kind == "domain constraint":
        return None
    return Ref("table", ref.schema, None, ref.parent)


def role_name(role: pb.RoleSpec) -> str:
    """A role's name, or the keyword that stands for one."""
    return _ROLES.get(role.roletype) or str(role.rolename)


def routine(kind: str, node: pb.ObjectWithArgs) -> Ref:
    """A function, procedure, aggregate or operator; ``signature`` is None where the text gives no arguments."""
    name = dotted(kind, strings(node.objname))
    if node.args_unspecified:
        return name
    # The missing side of a prefix operator is an empty node.
    arguments = (type_text(item.type_name) if item.HasField("type_name") else "NONE" for item in node.objargs)
    return Ref(kind, name.schema, None, name.name, ", ".join(arguments))


def named_object(kind: str, node: pb.Node) -> Ref:
    """The object that a DROP, COMMENT, ALTER … OWNER or similar names, whatever shape its node has."""
    shape = node.WhichOneof("node")
    read = _SHAPES.get(shape or "")
    return Ref(kind, None, None, "") if read is None else read(kind, getattr(node, shape))


def _listed(kind: str, nodes: Sequence[pb.Node]) -> Ref:
    """A name whose parts stand in a list."""
    parts = strings(nodes)
    types = [item.type_name for item in nodes if item.WhichOneof("node") == "type_name"]
    if kind == "domain constraint" and types:
        domain = dotted("domain", strings(types[0].names))
        return Ref(kind, domain.schema, domain.name, parts[-1] if parts else "")
    if kind == "transform" and types:
        return Ref(kind, None, None, " for ".join([type_text(types[0]), *parts]))
    if types:
        return Ref(kind, None, None, " as ".join(type_text(item) for item in types))
    if kind in ("operator class", "operator family"):
        return dotted(kind, parts[1:])  # the first part is the access method
    if kind in _OF_A_TABLE and len(parts) > 1:
        return Ref(kind, parts[-3] if len(parts) > 2 else None, parts[-2], parts[-1])
    return dotted(kind, parts)


_SHAPES: dict[str, Callable[[str, Any], Ref]] = {
    "string": lambda kind, node: Ref(kind, None, None, node.sval),
    "type_name": lambda kind, node: dotted(kind, strings(node.names)),
    "object_with_args": routine,
    "list": lambda kind, node: _listed(kind, node.items),
    "role_spec": lambda kind, node: Ref(kind, None, None, role_name(node)),
    "range_var": lambda kind, node: relation(node, kind),
    # The oid of a large object, which may be greater than an integer.
    "integer": lambda kind, node: Ref(kind, None, None, str(node.ival)),
    "float": lambda kind, node: Ref(kind, None, None, node.fval),
}
"""Shape of a node that names an object, to the function that reads it."""
