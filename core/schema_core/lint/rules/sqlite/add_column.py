"""What SQLite refuses as soon as the table holds a row, read from the program that it makes of the statement."""

from __future__ import annotations

from schema_core.lint.context import StatementContext
from schema_core.schema.observations import Evidence


def stops(context: StatementContext, *words: str) -> tuple[Evidence, ...]:
    """Notices with which the statement says that it stops at the first row, in one of these words."""
    return tuple(notice for notice in context.observation.notices if any(word in notice.detail for word in words))


def refused(context: StatementContext, *words: str) -> bool:
    """Whether SQLite refused the statement in one of these words."""
    error = context.observation.error
    return error is not None and any(word in error.message for word in words)
