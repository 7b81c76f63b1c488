"""Comments on objects."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import literal, qualified, quote, table_of
from schema_core.schema.objects import SchemaObject
from schema_core.schema.ref import Ref

CONSTRAINTS = frozenset({"primary key", "unique constraint", "foreign key", "check constraint", "exclusion constraint"})
"""Kinds that are named within their table."""


def set_comment(item: SchemaObject) -> str:
    """COMMENT ON … IS, with NULL for an object that is to have none."""
    ref = item.ref
    text = literal(item.comment) if item.comment is not None else "NULL"
    if ref.kind in CONSTRAINTS:
        return f"COMMENT ON CONSTRAINT {quote(ref.name)} ON {table_of(ref)} IS {text}"
    if ref.kind == "column":
        return f"COMMENT ON COLUMN {table_of(ref)}.{quote(ref.name)} IS {text}"
    word = {"enum": "TYPE"}.get(ref.kind, ref.kind.upper())
    return f"COMMENT ON {word} {qualified(Ref(ref.kind, ref.schema, None, ref.name))} IS {text}"
