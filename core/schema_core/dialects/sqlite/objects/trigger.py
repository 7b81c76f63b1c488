"""Triggers."""

from __future__ import annotations

from schema_core.dialects.sqlite.quoting import quote
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.objects import Trigger
from schema_core.schema.ref import Ref


def read(ref: Ref, sql: str) -> Trigger:
    """A trigger from its text."""
    reader = TokenReader(sql.encode())
    reader.seek("TRIGGER")
    reader.next()
    reader.take("IF", "NOT", "EXISTS")
    reader.qualified()
    return Trigger(ref=ref, definition=reader.verbatim())


def create(trigger: Trigger) -> str:
    """CREATE TRIGGER."""
    return f"CREATE TRIGGER {quote(trigger.ref.name)} {trigger.definition}"
