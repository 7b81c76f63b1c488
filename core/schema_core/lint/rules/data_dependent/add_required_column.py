"""MF103: a NOT NULL column without a default is added."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, created, domains_by_type, is_copied, reached, work_on
from schema_core.lint.rule import Effect, Example, Hit, Rule
from schema_core.schema.objects import Column, Domain
from schema_core.schema.observations import Evidence


class AddRequiredColumn(Rule):
    """Reports new columns that rows of an existing table must have a value for, and no value to give them."""

    code = "MF103"
    name = "add-required-column"
    analyzer = "data_depend"
    title = "A NOT NULL column without a default is added"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = (
        "The migration fails on every table that holds a row. The development database is empty, so it went through "
        "here."
    )
    instead = (
        "Give the column a constant default, or add it nullable, fill it in batches, and set NOT NULL in a later "
        "release by way of a validated CHECK constraint."
    )
    instead_on = (
        (
            "sqlite",
            "Give the column a constant default, or make the table anew and give every row a value in the copy.",
        ),
    )
    documentation = (
        "Silent for a new table, for identity and generated columns, and for a type (a domain) that brings a default."
    )
    bad = (
        Example(
            title="Rows that are there have no value",
            base="CREATE TABLE orders (id bigint PRIMARY KEY);",
            migration="ALTER TABLE orders ADD COLUMN channel text NOT NULL;",
        ),
        Example(
            title="The type forbids nulls",
            base="CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE DOMAIN channel AS text NOT NULL;",
            migration="ALTER TABLE orders ADD COLUMN channel channel;",
        ),
        Example(
            title="SQLite refuses it as soon as there is a row",
            dialect="sqlite",
            base="CREATE TABLE orders (id integer PRIMARY KEY);",
            migration="ALTER TABLE orders ADD COLUMN channel text NOT NULL;",
        ),
        Example(
            title="A table that is made anew has a column that the copy does not fill",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=(
                "CREATE TABLE new_users (id integer PRIMARY KEY, email text, login text NOT NULL);\n"
                "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
                "DROP TABLE users;\n"
                "ALTER TABLE new_users RENAME TO users;"
            ),
        ),
    )
    good = (
        Example(
            title="A constant default costs nothing",
            base="CREATE TABLE orders (id bigint PRIMARY KEY);",
            migration="ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';",
        ),
        Example(
            title="Nobody has rows in a new table",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="CREATE TABLE orders (id bigint PRIMARY KEY);\n"
            "ALTER TABLE orders ADD COLUMN channel text NOT NULL;",
        ),
        Example(
            title="Nor in one that is created anew",
            base="CREATE TABLE orders (id bigint PRIMARY KEY);",
            migration="DO $$ BEGIN\n  DROP TABLE orders;\n"
            "  CREATE TABLE orders (id bigint PRIMARY KEY, channel text NOT NULL);\nEND $$;",
        ),
        Example(
            title="A constant default costs nothing on SQLite",
            dialect="sqlite",
            base="CREATE TABLE orders (id integer PRIMARY KEY);",
            migration="ALTER TABLE orders ADD COLUMN channel text NOT NULL DEFAULT 'web';",
        ),
        Example(
            title="The copy gives the column a value",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=(
                "CREATE TABLE new_users (id integer PRIMARY KEY, email text, phone text, login text NOT NULL);\n"
                "INSERT INTO new_users (id, email, phone, login) SELECT id, email, phone, 'user' || id FROM users;\n"
                "DROP TABLE users;\n"
                "ALTER TABLE new_users RENAME TO users;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for new columns that need a value and have none."""
        domains = domains_by_type(context)
        columns = [
            column
            for column in created(context, Column)
            if _needs_value(column, domains.get(column.type)) and not is_copied(context, column.ref)
        ]
        for column in reached(context, columns):
            assert isinstance(column.item, Column)
            ref = column.item.ref
            detail = f"{ref.kind} {ref.label()} is NOT NULL, without a default"
            yield Hit(
                message=f'Adding a non-nullable "{column.item.type}" column "{ref.name}" will fail in case table '
                f'"{column.table.name}" is not empty',
                subjects=(ref,),
                evidence=(Evidence(source="catalog", detail=detail), *context.observation.notices),
                claims=_claims(context, column, domains.get(column.item.type)),
            )


def _claims(context: StatementContext, column: Reached, domain: Domain | None) -> tuple[Effect, ...]:
    """The look for rows that forbid the column, which is all that it costs: where there are none, it takes no time."""
    work = work_on(context, column.tables)
    looked: tuple[Effect, ...] = (*work.scanned("verify"), *(work.rewrites if domain is not None else ()))
    return (*work.locks, *looked) if looked else ()


def _needs_value(column: Column, domain: Domain | None) -> bool:
    if column.default is not None or column.generated is not None or column.identity is not None:
        return False
    if domain is None:
        return not column.nullable
    return domain.default is None and not (column.nullable and domain.nullable)


RULE = AddRequiredColumn()
