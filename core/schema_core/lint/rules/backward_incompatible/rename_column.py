"""BC102: a column is renamed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.changes import Create, Rename
from schema_core.schema.objects import Column, Table, View
from schema_core.schema.observations import Evidence
from schema_core.schema.ref import Ref


class RenameColumn(Rule):
    """Reports columns that can no longer be found under their name."""

    code = "BC102"
    name = "rename-column"
    analyzer = "incompatible"
    title = "A column is renamed"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = "The version of the application that is still running asks for the old name and gets an error."
    instead = (
        "Add a generated column with the old name in the same file for code that reads it, or add the new column "
        "beside the old one, write both for a release, and drop the old one later."
    )
    documentation = (
        "Silent when a later statement of the file adds a column with the old name to the table, or puts a view in the "
        "table's place that has one, and for a new table or column."
    )
    bad = (
        Example(
            title="The old name is gone",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name text);",
            migration="ALTER TABLE users RENAME COLUMN name TO full_name;",
        ),
        Example(
            title="SQLite renames one as well",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration="ALTER TABLE users RENAME COLUMN phone TO telephone;",
        ),
        Example(
            title="The copy of a table that is made anew carries the values over into another name",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=(
                "CREATE TABLE new_users (id integer PRIMARY KEY, email text, telephone text);\n"
                "INSERT INTO new_users (id, email, telephone) SELECT id, email, phone FROM users;\n"
                "DROP TABLE users;\n"
                "ALTER TABLE new_users RENAME TO users;"
            ),
        ),
    )
    good = (
        Example(
            title="A generated column keeps the old name for readers",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name text);",
            migration="ALTER TABLE users RENAME COLUMN name TO full_name;\n"
            "ALTER TABLE users ADD COLUMN name text GENERATED ALWAYS AS (full_name) VIRTUAL;",
            majors=(18,),
        ),
        Example(
            title="A view takes the table's place",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name text);",
            migration="ALTER TABLE users RENAME TO users_data;\n"
            "ALTER TABLE users_data RENAME COLUMN name TO full_name;\n"
            "CREATE VIEW users AS SELECT id, full_name AS name FROM users_data;",
        ),
        Example(
            title="A virtual column keeps the old name for readers",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=(
                "ALTER TABLE users RENAME COLUMN phone TO telephone;\n"
                "ALTER TABLE users ADD COLUMN phone text GENERATED ALWAYS AS (telephone) VIRTUAL;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for columns with another name than before."""
        renames = {
            change.before.ref: change.after.ref for change in context.renamed() if isinstance(change.before, Column)
        }
        columns = [change.before for change in context.renamed() if change.before.ref in renames]
        for column in reached(context, columns):
            before = column.item.ref
            if context.is_new(before) or _is_back(context, column.table, before.name):
                continue
            after = renames[before]
            yield Hit(
                message=f'Renaming column "{before.name}" of table "{column.table.name}" to "{after.name}"',
                subjects=(before, after),
                evidence=(Evidence(source="catalog", detail=f"column {before.label()} is now {after.label()}"),),
            )


def _is_back(context: StatementContext, table: Ref, column: str) -> bool:
    """Whether a later statement of the file brings the column's name back for readers of the table."""
    tables = {table}
    public = _names_before(context, table)
    for step in context.later():
        for change in step.observation.changes:
            if isinstance(change, Rename) and change.before.ref in tables:
                tables.add(change.after.ref)
            elif isinstance(change, Create):
                made = change.object
                if isinstance(made, Column) and made.ref.name == column:
                    if Ref("table", made.ref.schema, None, made.ref.parent or "") in tables:
                        return True
                elif (
                    isinstance(made, View)
                    and (made.ref.schema, made.ref.name) in public
                    and re.search(rf'\bAS "?{re.escape(column)}"?(?!\w)', made.definition)
                ):
                    return True
    return False


def _names_before(context: StatementContext, table: Ref) -> set[tuple[str | None, str]]:
    """The names that the table has had in this file: those that running code may know it by."""
    found = {table}
    for step in reversed(context.earlier()):
        for change in step.observation.changes:
            if isinstance(change, Rename) and isinstance(change.before, Table) and change.after.ref in found:
                found.add(change.before.ref)
    return {(ref.schema, ref.name) for ref in found}


RULE = RenameColumn()
