"""BC101: a table is renamed or moved."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import is_existing
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import names, plural
from schema_core.schema.changes import Create
from schema_core.schema.objects import Schema, Table, View
from schema_core.schema.observations import Evidence
from schema_core.schema.ref import Ref


class RenameTable(Rule):
    """Reports tables that can no longer be found under their name."""

    code = "BC101"
    name = "rename-table"
    analyzer = "incompatible"
    title = "A table is renamed"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = "The version of the application that is still running asks for the old name and gets an error."
    instead = (
        "Create a view with the old name in the same file, so that old and new code both work, and drop it in a later "
        "release."
    )
    documentation = (
        "Renames are told by the table's identity, so they are found inside `DO` blocks as well. `SET SCHEMA` is a "
        "rename too, and so is a new name for the table's schema. Silent when a later statement of the file creates a "
        "view with the old name, and for a new table."
    )
    bad = (
        Example(
            title="The old name is gone",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users RENAME TO accounts;",
        ),
        Example(
            title="So it is after a move to another schema",
            base="CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE SCHEMA app;",
            migration="ALTER TABLE users SET SCHEMA app;",
        ),
        Example(
            title="And when its schema gets another name",
            base="CREATE SCHEMA app;\nCREATE TABLE app.users (id bigint PRIMARY KEY);",
            migration="ALTER SCHEMA app RENAME TO shop;",
        ),
        Example(
            title="SQLite renames one as well",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration="ALTER TABLE users RENAME TO people;",
        ),
    )
    good = (
        Example(
            title="A view keeps the old name",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users RENAME TO accounts;\nCREATE VIEW users AS SELECT * FROM accounts;",
        ),
        Example(
            title="Nobody uses what is new, whatever its schema is called",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="CREATE SCHEMA app;\nCREATE TABLE app.orders (id bigint PRIMARY KEY);\n"
            "ALTER SCHEMA app RENAME TO shop;\nALTER TABLE shop.orders RENAME TO purchases;",
        ),
        Example(
            title="A view keeps the old name on SQLite",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=("ALTER TABLE users RENAME TO people;\nCREATE VIEW users AS SELECT * FROM people;"),
        ),
        Example(
            title="A table that is made anew has its own name in the end",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=(
                "ALTER TABLE users RENAME TO old_users;\n"
                "CREATE TABLE users (id integer PRIMARY KEY, email text, phone text NOT NULL DEFAULT '');\n"
                "INSERT INTO users (id, email, phone) SELECT id, email, ifnull(phone, '') FROM old_users;\n"
                "DROP TABLE old_users;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for tables with another name than before."""
        for change in context.renamed():
            before, after = change.before.ref, change.after.ref
            if isinstance(change.before, Schema):
                yield from _renamed_schema(context, before, after)
            if not isinstance(change.before, Table) or not is_existing(context, before) or has_view(context, before):
                continue
            if before.schema == after.schema:
                message = f'Renaming table "{before.name}" to "{after.name}"'
            else:
                message = f'Moving table "{before.label()}" to "{after.label()}"'
            yield Hit(
                message=message,
                subjects=(before, after),
                evidence=(Evidence(source="catalog", detail=f"table {before.label()} is now {after.label()}"),),
            )


def _renamed_schema(context: StatementContext, before: Ref, after: Ref) -> Iterator[Hit]:
    inside = [item.ref for item in context.before.of(Table) if item.ref.schema == before.name]
    tables = [table for table in inside if is_existing(context, table)]
    if tables:
        moved = f"{plural('table', tables)} {names(tables)}"
        yield Hit(
            message=f'Renaming schema "{before.name}" to "{after.name}" moves {moved}',
            subjects=(before, after),
            evidence=(Evidence(source="catalog", detail=f"schema {before.label()} is now {after.label()}"),),
        )


def has_view(context: StatementContext, name: Ref) -> bool:
    """Whether a later statement of the file creates a view with the name of a table that is gone."""
    return any(
        isinstance(change, Create)
        and isinstance(change.object, View)
        and (change.ref.schema, change.ref.name) == (name.schema, name.name)
        for step in context.later()
        for change in step.observation.changes
    )


RULE = RenameTable()
