"""BC104: a column that running code may use is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import gone
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.destructive.drop_column import dropped_columns
from schema_core.lint.wording import names, plural
from schema_core.schema.changes import Create
from schema_core.schema.ref import Ref


class DropUsedColumn(Rule):
    """Reports dropped columns for what it means to the code that is still running."""

    code = "BC104"
    name = "drop-used-column"
    analyzer = "incompatible"
    title = "A column is dropped while code may use it"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = (
        "The version of the application that is still running names the column and gets an error; object mappers name "
        "every column that they know."
    )
    instead = "Release code that no longer knows the column first, and drop the column in a later release."
    documentation = (
        "Comes beside [DS103](DS103.md), which is about the values; virtual columns count here, since code reads them. "
        "Silent when the same or a later statement of the file adds a column of that name again."
    )
    bad = (
        Example(
            title="Running code may still name it",
            base="CREATE TABLE users (id bigint PRIMARY KEY, legacy_phone text);",
            migration="ALTER TABLE users DROP COLUMN legacy_phone;",
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
            title="The name stays",
            base="CREATE TABLE items (id bigint PRIMARY KEY, total bigint, price bigint);",
            migration="-- Release 41 stopped writing it.\n-- atlas:nolint DS103\nALTER TABLE items DROP COLUMN total;\n"
            "ALTER TABLE items ADD COLUMN total bigint;",
        ),
        Example(
            title="The column was only there inside this file",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name text);",
            migration="ALTER TABLE users ADD COLUMN sort_key text;\nALTER TABLE users DROP COLUMN sort_key;",
        ),
        Example(
            title="The column was only there inside this file (SQLite)",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=("ALTER TABLE users ADD COLUMN sort_key text;\nALTER TABLE users DROP COLUMN sort_key;"),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for dropped columns that do not come back; one hit for each table."""
        by_table: dict[Ref, list[Ref]] = {}
        for drop in dropped_columns(context):
            if not _is_added_again(context, drop.item.ref):
                by_table.setdefault(drop.table, []).append(drop.item.ref)
        for table, columns in by_table.items():
            yield Hit(
                message=f'Dropping {plural("column", columns)} {names(columns)} of table "{table.name}" breaks code '
                f"that still uses {'it' if len(columns) == 1 else 'them'}",
                subjects=tuple(columns),
                evidence=tuple(piece for column in columns for piece in gone(column)),
            )


RULE = DropUsedColumn()


def _is_added_again(context: StatementContext, column: Ref) -> bool:
    return any(
        isinstance(change, Create) and change.ref == column
        for step in (context.statements[context.index], *context.later())
        for change in step.observation.changes
    )
