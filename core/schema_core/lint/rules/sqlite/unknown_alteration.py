"""LT508: an ALTER TABLE that this version of SQLite does not know."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.observations import Evidence

_KINDS = ("add constraint", "drop constraint", "alter column")
_FIRST = (3, 53)
"""The first version that can add and drop constraints and change NOT NULL."""


class UnknownAlteration(Rule):
    """Says which version of SQLite would have understood the statement, and what every version does."""

    code = "LT508"
    name = "unknown-alteration"
    analyzer = "rebuild"
    title = "SQLite cannot alter that"
    severity = "error"
    dialects = ("sqlite",)
    effect = "Before 3.53 SQLite changes no constraint of a table and no NOT NULL; a column's type it never changes."
    instead = (
        "Make the table anew: create one of the wanted shape under another name, copy the rows, drop the old table, "
        "rename the new one, and create its indexes and triggers again."
    )
    documentation = (
        "The file does not run on an older SQLite, so it fails whatever this finding's severity is. The version is "
        "that of the library of the Python that runs the tool; production's may be another one."
    )
    bad = (
        Example(
            title="A constraint is added",
            dialect="sqlite",
            base="CREATE TABLE items (id integer PRIMARY KEY, price int);",
            migration="ALTER TABLE items ADD CONSTRAINT price_positive CHECK (price >= 0);",
        ),
        Example(
            title="A column becomes NOT NULL",
            dialect="sqlite",
            base="CREATE TABLE items (id integer PRIMARY KEY, price int);",
            migration="ALTER TABLE items ALTER COLUMN price SET NOT NULL;",
        ),
    )
    good = (
        Example(
            title="The table is made anew",
            dialect="sqlite",
            base="CREATE TABLE items (id integer PRIMARY KEY, price int);",
            migration="CREATE TABLE new_items (id integer PRIMARY KEY, price int CHECK (price >= 0));\n"
            "INSERT INTO new_items (id, price) SELECT id, price FROM items;\n"
            "DROP TABLE items;\nALTER TABLE new_items RENAME TO items;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for refused alterations of constraints and columns."""
        error = context.observation.error
        version = tuple(int(part) for part in context.server.version.split(".")[:2])
        if error is None or not context.actions(*_KINDS) or version >= _FIRST:
            return
        yield Hit(
            message=f"SQLite {context.server.version} cannot alter constraints or NOT NULL (3.53 and later can)",
            evidence=(Evidence(source="SQLite", detail=error.message),),
        )


RULE = UnknownAlteration()
"""The rule."""
