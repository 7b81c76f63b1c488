"""PG310: an identity or serial column is added."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.blocking.new_columns import rewrite_hit, rewriting_columns
from schema_core.lint.rules.blocking.rewrite_causes import is_serial
from schema_core.schema.objects import Column


class AddIdentity(Rule):
    """Reports new columns that number every row."""

    code = "PG310"
    name = "add-identity"
    analyzer = "blocking"
    title = "An identity or serial column is added"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Nobody can read or write the table until every row, with its number, and every index is written anew."
    instead = (
        "Add a nullable bigint, create a sequence and make it the default for new rows, number the old rows in "
        "batches, and add NOT NULL and the key afterwards."
    )
    documentation = "Silent for a new table."
    bad = (
        Example(
            title="An identity column",
            base="CREATE TABLE events (at timestamptz, kind text);",
            migration="ALTER TABLE events ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;",
        ),
        Example(
            title="A serial column",
            base="CREATE TABLE events (at timestamptz, kind text);",
            migration="ALTER TABLE events ADD COLUMN id bigserial;",
        ),
    )
    good = (
        Example(
            title="Only new rows get a number at first",
            base="CREATE TABLE events (at timestamptz, kind text);",
            migration="CREATE SEQUENCE events_id_seq;\nALTER TABLE events ADD COLUMN id bigint;\n"
            "ALTER TABLE events ALTER COLUMN id SET DEFAULT nextval('events_id_seq');",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for new numbering columns on rewritten tables."""

        def fits(column: Column) -> bool:
            return column.identity is not None or is_serial(context, column)

        for column, work in rewriting_columns(context, fits):
            item = column.item
            noun = "identity" if isinstance(item, Column) and item.identity is not None else "serial"
            what = f'Adding {noun} column "{item.ref.name}"'
            yield rewrite_hit(column, work, what, context.observation.certainty)


RULE = AddIdentity()
