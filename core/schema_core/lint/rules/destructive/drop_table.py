"""DS102: a table is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import Schema, Table
from schema_core.schema.observations import Evidence


class DropTable(Rule):
    """Reports tables that are gone after the statement and were there before the change set."""

    code = "DS102"
    name = "drop-table"
    analyzer = "destructive"
    title = "A table is dropped"
    severity = "error"
    dialects = ("postgres",)
    effect = "All rows of the table are gone, and code that still reads or writes it fails."
    instead = (
        "Stop using the table first, rename it, and drop it in a later release once nothing has missed it; if it is "
        "meant, silence this with '-- atlas:nolint DS102'."
    )
    documentation = (
        "Silent for a table that the same change set created, and for tables that go with their schema: the schema is "
        "reported instead."
    )
    bad = (
        Example(
            title="The table holds rows in production",
            base="CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
            migration="DROP TABLE sessions;",
        ),
    )
    good = (
        Example(
            title="The table was only ever there inside this file",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="CREATE TABLE scratch (id bigint);\nDROP TABLE scratch;",
        ),
        Example(
            title="Rename first, drop in a later release",
            base="CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
            migration="-- atlas:nolint BC101\nALTER TABLE sessions RENAME TO sessions_unused;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for dropped tables."""
        schemas = {change.ref.name for change in context.dropped() if isinstance(change.object, Schema)}
        for change in context.dropped():
            if not isinstance(change.object, Table) or context.is_new(change.ref) or change.ref.schema in schemas:
                continue
            yield Hit(
                message=f'Dropping table "{change.ref.name}"',
                subjects=(change.ref,),
                evidence=(Evidence(source="catalog", detail=f"{change.ref.label()} is gone"),),
                certainty=context.observation.certainty,
                claims=tuple(lock for lock in context.observation.locks if lock.ref == change.ref),
            )


RULE = DropTable()
