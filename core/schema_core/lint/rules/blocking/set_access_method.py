"""PG311: a table gets another access method."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.blocking.storage import storage_hits


class SetAccessMethod(Rule):
    """Reports tables that were written anew by another access method."""

    code = "PG311"
    name = "set-access-method"
    analyzer = "blocking"
    title = "SET ACCESS METHOD rewrites the table"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Nobody can read or write the table until all of it and its indexes are written anew."
    instead = "Create a new table with the access method, move the rows in batches, and swap the names."
    documentation = "`SET ACCESS METHOD` exists since PostgreSQL 15. Silent for a new table."
    bad = (
        Example(
            title="All rows move to the other method",
            base="CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;\n"
            "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);",
            migration="ALTER TABLE events SET ACCESS METHOD heap2;",
            majors=(15, 16, 17, 18),
        ),
    )
    good = (
        Example(
            title="A new table",
            base="CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;\n"
            "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);",
            migration="CREATE TABLE events_new (id bigint PRIMARY KEY, at timestamptz) USING heap2;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for tables that changed in this and were rewritten."""
        return storage_hits(context, "access_method", "Changing the access method")


RULE = SetAccessMethod()
