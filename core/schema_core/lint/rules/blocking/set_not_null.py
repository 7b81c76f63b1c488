"""PG303: SET NOT NULL reads the whole table."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import altered, created, evidence_of, reached, work_on
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import Column, PrimaryKey


class SetNotNull(Rule):
    """Reports columns that became NOT NULL by a scan under an exclusive lock."""

    code = "PG303"
    name = "set-not-null"
    analyzer = "blocking"
    title = "SET NOT NULL reads the whole table"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Nobody can read or write the table while every row is tested."
    instead = (
        "Add CHECK (column IS NOT NULL) NOT VALID, validate it in a later file, then SET NOT NULL, which no longer "
        "scans, and drop the constraint. On PostgreSQL 18, ADD CONSTRAINT … NOT NULL column NOT VALID and VALIDATE do "
        "it in two steps."
    )
    documentation = (
        "Whether the rows were read is seen on the server. Silent when a valid constraint proves that there is no "
        "null, and for a new table. Columns of a new primary key are [PG304](PG304.md)."
    )
    bad = (
        Example(
            title="Every row is tested under an exclusive lock",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
        ),
        Example(
            title="On all partitions",
            base="CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);\n"
            "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
            migration="ALTER TABLE events ALTER COLUMN kind SET NOT NULL;",
        ),
    )
    good = (
        Example(
            title="A valid CHECK proves it",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="-- atlas:txmode none\n\n"
            "ALTER TABLE users ADD CONSTRAINT email_there CHECK (email IS NOT NULL) NOT VALID;\n"
            "ALTER TABLE users VALIDATE CONSTRAINT email_there;\n"
            "ALTER TABLE users ALTER COLUMN email SET NOT NULL;\n"
            "ALTER TABLE users DROP CONSTRAINT email_there;",
        ),
        Example(
            title="PostgreSQL 18 validates NOT NULL constraints",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="-- atlas:txmode none\n\n"
            "ALTER TABLE users ADD CONSTRAINT email_there NOT NULL email NOT VALID;\n"
            "ALTER TABLE users VALIDATE CONSTRAINT email_there;",
            majors=(18,),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for columns that lost the right to be null on tables that were read for it."""
        keys = {(key.ref.schema, key.ref.parent, name) for key in created(context, PrimaryKey) for name in key.columns}
        columns = [
            after
            for before, after in altered(context, Column)
            if before.nullable
            and not after.nullable
            and (after.ref.schema, after.ref.parent, after.ref.name) not in keys
            and not is_proven(context, after)
        ]
        for column in reached(context, columns):
            work = work_on(context, column.tables)
            scans = work.scanned("verify")
            if not scans or not work.blocks():
                continue
            yield Hit(
                message=f'Setting column "{column.item.ref.name}" NOT NULL reads all of table "{column.table.name}" '
                "under an exclusive lock",
                subjects=(column.item.ref,),
                evidence=evidence_of((*work.locks, *scans)),
                certainty=context.observation.certainty,
                claims=(*work.locks, *scans),
            )


def is_proven(context: StatementContext, column: Column) -> bool:
    """Whether the server said that a constraint proves the column to hold no null."""
    name = f'"{column.ref.parent}.{column.ref.name}"'
    return any(name in notice.detail for notice in context.observation.notices)


RULE = SetNotNull()
