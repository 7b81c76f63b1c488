"""A plan as SQL text."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.schema.plans import PlannedStatement
from schema_core.text.terminal import terminal


def sql_of(statements: Sequence[PlannedStatement]) -> str:
    """Each statement under its comment."""
    return "".join(
        f"-- {terminal(statement.comment[:1].upper() + statement.comment[1:])}\n{statement.text};\n"
        for statement in statements
    )


def migration_of(statements: Sequence[PlannedStatement], *, transactional: bool) -> str:
    """The content of a migration file; the file says so when its statements cannot share a transaction."""
    header = "" if transactional else "-- atlas:txmode none\n\n"
    return header + sql_of(statements)
