"""Renaming what holds rows, as a person said."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import qualified, quote, table_of
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.ref import Ref

_ARTICLES = {"index": "an", "enum": "an"}


def rename(before: Ref, after: Ref) -> PlannedStatement:
    """See ``protocol.Planner.rename``."""
    article = _ARTICLES.get(before.kind, "a")
    return PlannedStatement(
        text=_text(before, after.name),
        comment=f'rename {article} {before.kind} from "{before.name}" to "{after.name}"',
        reverse=(_text(after, before.name),),
    )


def _text(ref: Ref, name: str) -> str:
    if ref.kind == "column":
        return f"ALTER TABLE {table_of(ref)} RENAME COLUMN {quote(ref.name)} TO {quote(name)}"
    word = {"enum": "TYPE"}.get(ref.kind, ref.kind.upper())
    return f"ALTER {word} {qualified(Ref(ref.kind, ref.schema, None, ref.name))} RENAME TO {quote(name)}"
