"""LT507: a column cannot be dropped because something uses it."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import quoted
from schema_core.schema.observations import Evidence


class ColumnInUse(Rule):
    """Says what to do when SQLite refuses DROP COLUMN."""

    code = "LT507"
    name = "column-in-use"
    analyzer = "rebuild"
    title = "A column cannot be dropped because it is used"
    severity = "error"
    dialects = ("sqlite",)
    effect = (
        "SQLite refuses to drop a column that an index, a view, a trigger, a CHECK, a generated column, a key or a "
        "foreign key of the table uses; only what was written with the column itself goes along."
    )
    instead = (
        "Drop the index, view or trigger first; a column of a constraint or a key goes only with its table made anew."
    )
    documentation = "The file does not run, so it fails whatever this finding's severity is; its words are SQLite's."
    bad = (
        Example(
            title="An index still uses it",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);",
            migration="ALTER TABLE users DROP COLUMN email;",
        ),
        Example(
            title="It is unique",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text UNIQUE);",
            migration="ALTER TABLE users DROP COLUMN email;",
        ),
    )
    good = (
        Example(
            title="The index goes first",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);",
            migration="DROP INDEX users_email;\n-- Unused since release 41.\n-- atlas:nolint DS103 BC104\n"
            "ALTER TABLE users DROP COLUMN email;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for a refused DROP COLUMN."""
        error = context.observation.error
        columns = [action.target.name for action in context.actions("drop column") if action.target is not None]
        if error is not None and columns:
            yield Hit(
                message=f"SQLite cannot drop column {quoted(columns)}: {error.message}",
                evidence=(Evidence(source="SQLite", detail=error.message),),
            )


RULE = ColumnInUse()
"""The rule."""
