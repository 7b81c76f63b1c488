"""LT505: a column is added that SQLite can only give to a new or an empty table."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.sqlite.add_column import refused, stops
from schema_core.lint.wording import quoted
from schema_core.schema.objects import Column
from schema_core.schema.observations import Evidence


class UnaddableColumn(Rule):
    """Reports new columns that are stored, unique, part of the key, or refer to another table by their default."""

    code = "LT505"
    name = "unaddable-column"
    analyzer = "add_column"
    title = "A column is added that SQLite cannot add"
    severity = "error"
    dialects = ("sqlite",)
    effect = (
        "SQLite refuses a new column that is UNIQUE or part of the primary key, and on a table with rows also one that "
        "is STORED, or that REFERENCES another table with a default while foreign keys are enforced."
    )
    instead = (
        "Create a unique index in a statement of its own; make a computed column VIRTUAL; leave the default away; or "
        "make the table anew."
    )
    documentation = (
        "Silent for a new table. What SQLite would do is read from its own program for the statement (EXPLAIN)."
    )
    bad = (
        Example(
            title="A unique column",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN email text UNIQUE;",
        ),
        Example(
            title="A stored column passes as long as there is no row",
            dialect="sqlite",
            base="CREATE TABLE items (id integer PRIMARY KEY, price int);",
            migration="ALTER TABLE items ADD COLUMN double int GENERATED ALWAYS AS (price * 2) STORED;",
        ),
    )
    good = (
        Example(
            title="An index of its own makes the column unique",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN email text;\nCREATE UNIQUE INDEX users_email ON users (email);",
        ),
        Example(
            title="A virtual column is computed when it is read",
            dialect="sqlite",
            base="CREATE TABLE items (id integer PRIMARY KEY, price int);",
            migration="ALTER TABLE items ADD COLUMN double int GENERATED ALWAYS AS (price * 2) VIRTUAL;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for SQLite's own words, said now or kept for the first row."""
        evidence = stops(context, "cannot add a STORED column", "Cannot add a REFERENCES column")
        for column in reached(context, created(context, Column)) if evidence else ():
            yield Hit(
                message=f'Adding column "{column.item.ref.name}" will fail in case table "{column.table.name}" is not '
                "empty",
                subjects=(column.item.ref,),
                evidence=evidence,
            )
        error = context.observation.error
        if error is not None and refused(context, "Cannot add a UNIQUE column", "Cannot add a PRIMARY KEY column"):
            names = [action.target.name for action in context.actions("add column") if action.target is not None]
            yield Hit(
                message=f"SQLite cannot add column {quoted(names)}: {error.message}",
                evidence=(Evidence(source="SQLite", detail=error.message),),
            )


RULE = UnaddableColumn()
"""The rule."""
