"""PG307: a table becomes logged or unlogged."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.blocking.storage import storage_hits


class SetLogged(Rule):
    """Reports tables that were written anew to change whether they are logged."""

    code = "PG307"
    name = "set-logged"
    analyzer = "blocking"
    title = "SET LOGGED or UNLOGGED rewrites the table"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Nobody can read or write the table until all of it and its indexes are written anew."
    instead = "Create a new table the way it should be, move the rows in batches, and swap the names."
    documentation = "Silent for a new table."
    bad = (
        Example(
            title="All rows go to the log",
            base="CREATE UNLOGGED TABLE events (id bigint PRIMARY KEY, at timestamptz);",
            migration="ALTER TABLE events SET LOGGED;",
        ),
    )
    good = (
        Example(
            title="A new table",
            base="CREATE UNLOGGED TABLE events (id bigint PRIMARY KEY, at timestamptz);",
            migration="CREATE TABLE events_logged (id bigint PRIMARY KEY, at timestamptz);",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for tables that changed in this and were rewritten."""
        return storage_hits(context, "unlogged", "Changing whether it is logged")


RULE = SetLogged()
