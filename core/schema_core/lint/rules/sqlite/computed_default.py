"""LT504: a column is added whose default is no constant."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.sqlite.add_column import stops
from schema_core.schema.objects import Column


class ComputedDefault(Rule):
    """Reports new columns with a default that SQLite would have to compute for rows that are there."""

    code = "LT504"
    name = "computed-default"
    analyzer = "add_column"
    title = "A column is added with a default that is no constant"
    severity = "warning"
    dialects = ("sqlite",)
    effect = (
        "The migration fails on every table that holds a row. The development database is empty, so it went through "
        "here."
    )
    instead = "Add the column without a default and update the rows, or make the table anew with the default in place."
    documentation = (
        "Silent for a new table. What SQLite would do is read from its own program for the statement (EXPLAIN)."
    )
    bad = (
        Example(
            title="The present time is no constant",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN created text DEFAULT CURRENT_TIMESTAMP;",
        ),
        Example(
            title="Nor is an expression",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN token text DEFAULT (hex(randomblob(8)));",
        ),
    )
    good = (
        Example(
            title="A constant",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN created text DEFAULT '';",
        ),
        Example(
            title="A new table holds no rows",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="CREATE TABLE visits (id integer PRIMARY KEY);\n"
            "ALTER TABLE visits ADD COLUMN at text DEFAULT CURRENT_TIMESTAMP;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for SQLite's own words."""
        evidence = stops(context, "non-constant default")
        for column in reached(context, created(context, Column)) if evidence else ():
            yield Hit(
                message=f'Adding column "{column.item.ref.name}" with a default that is no constant will fail in case '
                f'table "{column.table.name}" is not empty',
                subjects=(column.item.ref,),
                evidence=evidence,
            )


RULE = ComputedDefault()
"""The rule."""
