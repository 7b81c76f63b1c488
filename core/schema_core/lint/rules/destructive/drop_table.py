"""DS102: a table is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, dropped, gone, reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import names
from schema_core.schema.objects import Schema, Table


class DropTable(Rule):
    """Reports tables that are gone after the statement and were there before the change set."""

    code = "DS102"
    name = "drop-table"
    analyzer = "destructive"
    title = "A table is dropped"
    severity = "error"
    dialects = ("postgres", "sqlite")
    effect = "All rows of the table are gone; only a backup brings them back."
    instead = (
        "Stop using the table first, rename it, and drop it in a later release once nothing has missed it; if it is "
        "meant, silence this with '-- atlas:nolint DS102'."
    )
    documentation = (
        "Partitions that go with their table are named in the same finding. Silent for a table that the same change "
        "set created, and for tables that go with their schema: [DS101](DS101.md) reports the schema instead. On "
        "SQLite also silent when the file makes the table anew, which is how that engine alters one: a table of the "
        "file got its rows and then its name. What got lost on the way is reported as if the table had been "
        "altered, and by [LT509](LT509.md)."
    )
    bad = (
        Example(
            title="The table holds rows in production",
            base="CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
            migration="DROP TABLE sessions;",
        ),
        Example(
            title="A statement built at run time drops it just the same",
            base="CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
            migration="DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'sessions'); END $$;",
        ),
        Example(
            title="A table that is created anew starts empty",
            base="CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
            migration="DO $$ BEGIN\n  DROP TABLE sessions;\n"
            "  CREATE TABLE sessions (id bigint PRIMARY KEY, token text);\nEND $$;",
        ),
        Example(
            title="On SQLite too",
            dialect="sqlite",
            base="CREATE TABLE sessions (id integer PRIMARY KEY, token text);",
            migration="DROP TABLE sessions;",
        ),
        Example(
            title="Made anew without copying the rows",
            dialect="sqlite",
            base="CREATE TABLE sessions (id integer PRIMARY KEY, token text);",
            migration=(
                "CREATE TABLE new_sessions (id integer PRIMARY KEY, token text NOT NULL);\n"
                "DROP TABLE sessions;\n"
                "ALTER TABLE new_sessions RENAME TO sessions;"
            ),
        ),
    )
    good = (
        Example(
            title="The table was only there inside this file",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="CREATE TABLE scratch (id bigint);\nDROP TABLE scratch;",
        ),
        Example(
            title="Rename first, drop in a later release",
            base="CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
            migration="-- Nothing has read it since release 41.\n-- atlas:nolint BC101\n"
            "ALTER TABLE sessions RENAME TO sessions_unused;",
        ),
        Example(
            title="A table that is made anew keeps its rows",
            dialect="sqlite",
            base="CREATE TABLE sessions (id integer PRIMARY KEY, token text);",
            migration=(
                "CREATE TABLE new_sessions (id integer PRIMARY KEY, token text CHECK (token <> ''));\n"
                "INSERT INTO new_sessions (id, token) SELECT id, token FROM sessions;\n"
                "DROP TABLE sessions;\n"
                "ALTER TABLE new_sessions RENAME TO sessions;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for dropped tables."""
        for drop in dropped_tables(context):
            beside = f" and with it {names(drop.tables[1:])}" if len(drop.tables) > 1 else ""
            yield Hit(
                message=f'Dropping table "{drop.table.name}"{beside}',
                subjects=drop.tables,
                evidence=tuple(piece for table in drop.tables for piece in gone(table)),
                claims=tuple(lock for lock in context.observation.locks if lock.ref in drop.tables),
            )


def dropped_tables(context: StatementContext) -> tuple[Reached, ...]:
    """The tables of the base that the statement drops, partitions with the table that was named for them."""
    schemas = {schema.ref.name for schema in dropped(context.observation, Schema)}
    tables = [table for table in dropped(context.observation, Table) if table.ref.schema not in schemas]
    found = reached(context, tables)
    if sum(len(drop.tables) > 1 for drop in found) < 2:
        return found
    # Several tables were named, and the names do not say whose partitions the others are.
    return tuple(
        Reached(item=table, tables=(table.ref,)) for table in tables if any(table.ref in drop.tables for drop in found)
    )


RULE = DropTable()
