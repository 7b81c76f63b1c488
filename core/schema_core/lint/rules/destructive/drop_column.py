"""DS103: a column is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, dropped, gone, reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import names, plural
from schema_core.schema.objects import Column, Table
from schema_core.schema.ref import Ref


class DropColumn(Rule):
    """Reports columns with values of their own that are gone, on tables that stay."""

    code = "DS103"
    name = "drop-column"
    analyzer = "destructive"
    title = "A column is dropped"
    severity = "error"
    dialects = ("postgres", "sqlite")
    effect = (
        "The column's values are gone; only a backup brings them back. Indexes and constraints that use the column go "
        "with it."
    )
    instead = (
        "Release code that no longer uses the column first and drop it in a later release; if it is meant, silence "
        "this with '-- atlas:nolint DS103'."
    )
    documentation = (
        "Silent for a virtual generated column, which holds nothing of its own, for a column or table that the same "
        "change set created, and for columns that go with their table: [DS102](DS102.md) reports the table instead."
    )
    bad = (
        Example(
            title="The column holds values in production",
            base="CREATE TABLE users (id bigint PRIMARY KEY, legacy_phone text);",
            migration="ALTER TABLE users DROP COLUMN legacy_phone;",
        ),
        Example(
            title="A type that is dropped with CASCADE takes its columns along",
            base="CREATE TYPE mood AS ENUM ('good', 'bad');\nCREATE TABLE users (id bigint PRIMARY KEY, mood mood);",
            migration="DROP TYPE mood CASCADE;",
        ),
        Example(
            title="A column that is added anew in the same statement starts empty",
            base="CREATE TABLE users (id bigint PRIMARY KEY, phone text);",
            migration="ALTER TABLE users DROP COLUMN phone, ADD COLUMN phone text;",
        ),
        Example(
            title="SQLite drops one as well",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration="ALTER TABLE users DROP COLUMN phone;",
        ),
        Example(
            title="A table that is made anew lacks the column",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=(
                "CREATE TABLE new_users (id integer PRIMARY KEY, email text);\n"
                "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
                "DROP TABLE users;\n"
                "ALTER TABLE new_users RENAME TO users;"
            ),
        ),
    )
    good = (
        Example(
            title="The column was only there inside this file",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name text);",
            migration="ALTER TABLE users ADD COLUMN sort_key text;\nALTER TABLE users DROP COLUMN sort_key;",
        ),
        Example(
            title="A virtual column can be computed again",
            base="CREATE TABLE items (\n  price bigint,\n  quantity bigint,\n"
            "  total bigint GENERATED ALWAYS AS (price * quantity) VIRTUAL\n);",
            migration="-- Release 42 computes it itself.\n-- atlas:nolint BC104\nALTER TABLE items DROP COLUMN total;",
            majors=(18,),
        ),
        Example(
            title="The values have another name now",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=(
                "CREATE TABLE new_users (id integer PRIMARY KEY, email text, telephone text);\n"
                "INSERT INTO new_users (id, email, telephone) SELECT id, email, phone FROM users;\n"
                "DROP TABLE users;\n"
                "-- Code knows both names since release 41.\n"
                "-- atlas:nolint BC102\n"
                "ALTER TABLE new_users RENAME TO users;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for dropped columns; one hit for each table."""
        by_table: dict[Ref, list[Ref]] = {}
        for drop in dropped_columns(context):
            column = drop.item
            if isinstance(column, Column) and (column.generated is None or column.generated.stored):
                by_table.setdefault(drop.table, []).append(column.ref)
        for table, columns in by_table.items():
            yield Hit(
                message=f'Dropping non-virtual {plural("column", columns)} {names(columns)} of table "{table.name}"',
                subjects=tuple(columns),
                evidence=tuple(piece for column in columns for piece in gone(column)),
            )


def dropped_columns(context: StatementContext) -> tuple[Reached, ...]:
    """The columns of the base that the statement drops from tables that stay."""
    tables = {(table.ref.schema, table.ref.name) for table in dropped(context.observation, Table)}
    return reached(
        context,
        (
            column
            for column in dropped(context.observation, Column)
            if (column.ref.schema, column.ref.parent) not in tables and not context.is_new(column.ref)
        ),
    )


RULE = DropColumn()
