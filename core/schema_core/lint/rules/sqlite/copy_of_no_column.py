"""LT510: the copy into a new table reads a column that the old one does not have."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import quoted
from schema_core.schema.objects import Column
from schema_core.schema.observations import Evidence


class CopyOfNoColumn(Rule):
    """Reports copies that name a new column among the old ones."""

    code = "LT510"
    name = "copy-of-no-column"
    analyzer = "rebuild"
    title = "The copy reads a column that the old table does not have"
    severity = "error"
    dialects = ("sqlite",)
    effect = (
        "SQLite refuses it, or worse: a name in double quotes that is no column is taken for a text, and every row "
        "gets the column's name as its value."
    )
    instead = "Copy only the columns that both tables have, and give the new ones a value or a default."
    documentation = "A copy is an INSERT … SELECT that reads all of a table."
    bad = (
        Example(
            title="Every user gets the name 'name'",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text, name text);\n"
            'INSERT INTO new_users ("id", "email", "name") SELECT "id", "email", "name" FROM users;\n'
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
        Example(
            title="Without quotes SQLite says so",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text, name text);\n"
            "INSERT INTO new_users (id, email, name) SELECT id, email, name FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
    )
    good = (
        Example(
            title="Only what both tables have",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text, name text);\n"
            'INSERT INTO new_users ("id", "email") SELECT "id", "email" FROM users;\n'
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for copied columns that no table has that was read."""
        copies = context.actions("copy column")
        error = context.observation.error
        if error is not None:
            if copies and error.message.startswith("no such column"):
                yield Hit(
                    message=f"The copy fails: {error.message}",
                    evidence=(Evidence(source="SQLite", detail=error.message),),
                )
            return
        read = {scan.ref for scan in context.observation.scans}
        known = {
            context.fold(item.ref.name)
            for table in read
            for item in context.before.children(table)
            if isinstance(item, Column)
        }
        texts = [
            copy.detail
            for copy in copies
            if copy.has("in double quotes") and copy.detail is not None and context.fold(copy.detail) not in known
        ]
        if texts and known:
            yield Hit(
                message=f"The copy writes the {'text' if len(texts) == 1 else 'texts'} {quoted(texts)} into every row: "
                "the table has no such column",
                evidence=tuple(
                    Evidence(source="catalog", detail=f"no table read has a column {text}") for text in texts
                ),
            )


RULE = CopyOfNoColumn()
"""The rule."""
