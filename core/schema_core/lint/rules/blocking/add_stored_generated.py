"""PG309: a stored generated column is added."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.blocking.new_columns import rewrite_hit, rewriting_columns


class AddStoredGenerated(Rule):
    """Reports new columns whose computed values are stored in every row."""

    code = "PG309"
    name = "add-stored-generated"
    analyzer = "blocking"
    title = "A stored generated column is added"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "Nobody can read or write the table until every row, with the computed value, and every index is written anew."
    )
    instead = (
        "On PostgreSQL 18, make it VIRTUAL. Otherwise add a plain column, keep it up to date with a trigger, and fill "
        "the old rows in batches."
    )
    documentation = "Silent for a new table and for virtual columns."
    bad = (
        Example(
            title="Every row is computed and written",
            base="CREATE TABLE items (id bigint PRIMARY KEY, price bigint, quantity bigint);",
            migration="ALTER TABLE items ADD COLUMN total bigint GENERATED ALWAYS AS (price * quantity) STORED;",
        ),
    )
    good = (
        Example(
            title="A virtual column is computed when it is read",
            base="CREATE TABLE items (id bigint PRIMARY KEY, price bigint, quantity bigint);",
            migration="ALTER TABLE items ADD COLUMN total bigint GENERATED ALWAYS AS (price * quantity) VIRTUAL;",
            majors=(18,),
        ),
        Example(
            title="A plain column, to be filled in batches",
            base="CREATE TABLE items (id bigint PRIMARY KEY, price bigint, quantity bigint);",
            migration="ALTER TABLE items ADD COLUMN total bigint;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for new stored columns on rewritten tables."""
        found = rewriting_columns(context, lambda column: column.generated is not None and column.generated.stored)
        for column, work in found:
            what = f'Adding stored generated column "{column.item.ref.name}"'
            yield rewrite_hit(column, work, what, context.observation.certainty)


RULE = AddStoredGenerated()
