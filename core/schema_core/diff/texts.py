"""Changes that may be none: the text of an expression or query differs, which a server prints in more than one way."""

from __future__ import annotations

from schema_core.schema.changes import Alter, Change

_TEXTS = frozenset({"expression", "predicate", "parts", "definition", "default", "generated", "checks"})
"""Fields that hold what a server printed of an expression or query."""


def differs_in_text(change: Change) -> bool:
    """Whether only printed texts differ. PostgreSQL prints some otherwise once it has read its own print again."""
    return isinstance(change, Alter) and _TEXTS.issuperset(change.fields())
