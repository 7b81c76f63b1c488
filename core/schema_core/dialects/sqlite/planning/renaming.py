"""Renaming what holds rows, as a person said."""

from __future__ import annotations

from schema_core.dialects.sqlite.quoting import fold, quote
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.ref import Ref


def rename(before: Ref, after: Ref) -> PlannedStatement:
    """See ``protocol.Planner.rename``."""
    if before.kind not in ("table", "column"):
        raise UserError(f"SQLite cannot rename {before.kind} {before.label()}; drop it and add it under its new name.")
    if before.kind == "table" and fold(before.name) == fold(after.name):
        raise UserError(f"SQLite takes {before.name} and {after.name} for one name; write it as it is.")
    return PlannedStatement(
        text=_text(before, after.name),
        comment=f'rename a {before.kind} from "{before.name}" to "{after.name}"',
        reverse=(_text(after, before.name),),
    )


def _text(ref: Ref, name: str) -> str:
    if ref.kind == "column":
        return f"ALTER TABLE {quote(ref.parent or '')} RENAME COLUMN {quote(ref.name)} TO {quote(name)}"
    return f"ALTER TABLE {quote(ref.name)} RENAME TO {quote(name)}"
