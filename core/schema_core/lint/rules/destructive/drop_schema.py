"""DS101: a schema is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import dropped, gone
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import plural
from schema_core.schema.objects import Schema, Table


class DropSchema(Rule):
    """Reports schemas that are gone after the statement and were there before the change set."""

    code = "DS101"
    name = "drop-schema"
    analyzer = "destructive"
    title = "A schema is dropped"
    severity = "error"
    dialects = ("postgres",)
    effect = "Everything in the schema is gone with it: tables with their rows, views, sequences, functions."
    instead = (
        "Drop what is in it step by step, each once nothing uses it any more, and the empty schema last; if it is "
        "meant, silence this with '-- atlas:nolint DS101'."
    )
    documentation = (
        "The tables that go with their schema are not reported again one by one. Silent for a schema that the same "
        "change set created."
    )
    bad = (
        Example(
            title="A schema with its tables",
            base="CREATE SCHEMA billing;\nCREATE TABLE billing.invoices (id bigint PRIMARY KEY);",
            migration="DROP SCHEMA billing CASCADE;",
        ),
        Example(
            title="An empty schema may still be named by grants and search paths",
            base="CREATE SCHEMA billing;",
            migration="DROP SCHEMA billing;",
        ),
    )
    good = (
        Example(
            title="The schema was only there inside this file",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="CREATE SCHEMA import;\nCREATE TABLE import.rows (line text);\nDROP SCHEMA import CASCADE;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for dropped schemas."""
        for schema in dropped(context.observation, Schema):
            if context.is_new(schema.ref):
                continue
            tables = [table for table in context.before.of(Table) if table.ref.schema == schema.ref.name]
            inside = f" with {len(tables)} {plural('table', tables)}" if tables else ""
            yield Hit(
                message=f'Dropping {"non-empty " if tables else ""}schema "{schema.ref.name}"{inside}',
                subjects=(schema.ref,),
                evidence=gone(schema.ref),
                claims=tuple(lock for lock in context.observation.locks if lock.ref.schema == schema.ref.name),
            )


RULE = DropSchema()
