"""PG304: a primary key on nullable columns reads the whole table."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import altered, created, evidence_of, reached, work_on
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import plural, quoted
from schema_core.schema.objects import Column, PrimaryKey


class PrimaryKeyOnNullable(Rule):
    """Reports primary keys that made their columns NOT NULL by a scan."""

    code = "PG304"
    name = "primary-key-on-nullable"
    analyzer = "blocking"
    title = "A primary key is added on nullable columns"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "The key makes its columns NOT NULL: nobody can read or write the table while every row is tested, even when "
        "the index is there already."
    )
    instead = "Make the columns NOT NULL first, in the way that PG303 describes, and add the key USING INDEX."
    documentation = "Silent for a new table, and when the columns are NOT NULL or a valid constraint proves it."
    bad = (
        Example(
            title="The index is there, but the column may be null",
            base="CREATE TABLE events (id bigint, at timestamptz);\nCREATE UNIQUE INDEX events_id ON events (id);",
            migration="ALTER TABLE events ADD PRIMARY KEY USING INDEX events_id;",
        ),
    )
    good = (
        Example(
            title="The column is NOT NULL",
            base="CREATE TABLE events (id bigint NOT NULL, at timestamptz);\n"
            "CREATE UNIQUE INDEX events_id ON events (id);",
            migration="ALTER TABLE events ADD PRIMARY KEY USING INDEX events_id;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for new primary keys whose columns were nullable on tables that were read for it."""
        required = {after.ref for before, after in altered(context, Column) if before.nullable and not after.nullable}
        for key in reached(context, created(context, PrimaryKey)):
            columns = key.item.columns if isinstance(key.item, PrimaryKey) else ()
            nullable = [ref.name for ref in required if ref.parent == key.table.name and ref.schema == key.table.schema]
            nullable = [name for name in columns if name in nullable]
            work = work_on(context, key.tables)
            scans = work.scanned("verify")
            if not nullable or not scans:
                continue
            yield Hit(
                message=f'Adding primary key "{key.item.ref.name}" on nullable {plural("column", nullable)} '
                f'{quoted(nullable)} reads all of table "{key.table.name}" under an exclusive lock',
                subjects=(key.item.ref,),
                evidence=evidence_of((*work.locks, *scans)),
                certainty=context.observation.certainty,
                claims=(*work.locks, *scans),
            )


RULE = PrimaryKeyOnNullable()
