"""BC103: a table that running code may use is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import gone
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.backward_incompatible.rename_table import has_view
from schema_core.lint.rules.destructive.drop_table import dropped_tables


class DropUsedTable(Rule):
    """Reports dropped tables for what it means to the code that is still running."""

    code = "BC103"
    name = "drop-used-table"
    analyzer = "incompatible"
    title = "A table is dropped while code may use it"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = "The version of the application that is still running asks for the table and gets an error."
    instead = "Release code that no longer uses the table first, and drop the table in a later release."
    documentation = (
        "Comes beside [DS102](DS102.md), which is about the rows. Silent where that is, and when a later statement of "
        "the file creates a view with the table's name."
    )
    bad = (
        Example(
            title="Running code may still read it",
            base="CREATE TABLE sessions (id bigint PRIMARY KEY, token text);",
            migration="DROP TABLE sessions;",
        ),
        Example(
            title="On SQLite too",
            dialect="sqlite",
            base="CREATE TABLE sessions (id integer PRIMARY KEY, token text);",
            migration="DROP TABLE sessions;",
        ),
    )
    good = (
        Example(
            title="A view takes its place",
            base="CREATE TABLE sessions (id bigint PRIMARY KEY, token text);\n"
            "CREATE TABLE logins (id bigint PRIMARY KEY, token text);",
            migration="-- The rows were copied to logins in release 41.\n-- atlas:nolint DS102\nDROP TABLE sessions;\n"
            "CREATE VIEW sessions AS SELECT id, token FROM logins;",
        ),
        Example(
            title="The table was only there inside this file",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="CREATE TABLE scratch (id bigint);\nDROP TABLE scratch;",
        ),
        Example(
            title="A table that is made anew keeps its name",
            dialect="sqlite",
            base="CREATE TABLE sessions (id integer PRIMARY KEY, token text);",
            migration=(
                "CREATE TABLE new_sessions (id integer PRIMARY KEY, token text NOT NULL DEFAULT '');\n"
                "INSERT INTO new_sessions (id, token) SELECT id, ifnull(token, '') FROM sessions;\n"
                "DROP TABLE sessions;\n"
                "ALTER TABLE new_sessions RENAME TO sessions;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for dropped tables without a stand-in."""
        for drop in dropped_tables(context):
            if has_view(context, drop.table):
                continue
            yield Hit(
                message=f'Dropping table "{drop.table.name}" breaks code that still uses it',
                subjects=(drop.table,),
                evidence=gone(drop.table),
            )


RULE = DropUsedTable()
