"""PG302: a column is added with a default that differs from row to row."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.blocking.new_columns import rewrite_hit, rewriting_columns
from schema_core.lint.rules.blocking.rewrite_causes import certainty_of, is_serial, may_be_volatile
from schema_core.schema.objects import Column


class VolatileDefault(Rule):
    """Reports new columns whose default was computed for every row."""

    code = "PG302"
    name = "volatile-default"
    analyzer = "blocking"
    title = "A column is added with a volatile default"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "Nobody can read or write the table until every row, with a value of its own, and every index is written anew."
    )
    instead = (
        "Add the column without a default, set the default in a second statement (it then holds for new rows only), "
        "and fill the old rows in batches."
    )
    documentation = (
        "A constant and `now()` are computed once and stored beside the table; they are free and not reported. Silent "
        "for a new table. When the statement holds several commands that could each have caused the rewrite, the "
        "finding's certainty is unknown."
    )
    bad = (
        Example(
            title="A random value for each row",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();",
        ),
    )
    good = (
        Example(
            title="A default for new rows only",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN token uuid;\n"
            "ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();",
        ),
        Example(
            title="The time of the migration is one value",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for new columns with a computed default on rewritten tables."""

        def fits(column: Column) -> bool:
            return may_be_volatile(column) and column.identity is None and not is_serial(context, column)

        for column, work in rewriting_columns(context, fits):
            what = f'Adding column "{column.item.ref.name}" with a volatile default'
            yield rewrite_hit(column, work, what, certainty_of(context, column.tables))


RULE = VolatileDefault()
