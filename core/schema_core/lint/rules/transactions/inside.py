"""Whether a statement would run inside a transaction, and what the server said to it."""

from __future__ import annotations

from schema_core.lint.context import StatementContext
from schema_core.schema.observations import Evidence


def inside_transaction(context: StatementContext) -> bool:
    """Whether apply would run the statement in a transaction: the file's, or one that the file opened itself."""
    return context.companions() is not None


def refusal(context: StatementContext) -> tuple[Evidence, ...]:
    """The server's words when the file was run as apply would and it refused this very statement."""
    if context.apply_error is not None:
        return (Evidence(source="run as apply would", detail=context.apply_error.message),)
    return ()
