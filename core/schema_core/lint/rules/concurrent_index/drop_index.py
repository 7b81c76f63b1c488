"""PG102: an index is dropped without CONCURRENTLY."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, dropped, evidence_of, reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import Index, PrimaryKey, UniqueConstraint


class DropIndex(Rule):
    """Reports indexes that are dropped while readers and writers wait."""

    code = "PG102"
    name = "drop-index"
    analyzer = "concurrent_index"
    title = "An index is dropped without CONCURRENTLY"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "Reads and writes of the table wait. The drop itself is short, but it waits behind every running query on the "
        "table, and everybody else waits behind it."
    )
    instead = "Write DROP INDEX CONCURRENTLY, in a file that begins with '-- atlas:txmode none'."
    documentation = (
        "Silent for a new table or index, and for an index that goes with its table or column. `CONCURRENTLY` takes "
        "one index at a time and does not work for an index of a partitioned table."
    )
    bad = (
        Example(
            title="Everybody waits behind it",
            base="CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n"
            "CREATE INDEX orders_status ON orders (status);",
            migration="DROP INDEX orders_status;",
        ),
    )
    good = (
        Example(
            title="Concurrently, in a file that runs without a transaction",
            base="CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n"
            "CREATE INDEX orders_status ON orders (status);",
            migration="-- atlas:txmode none\n\nDROP INDEX CONCURRENTLY orders_status;",
        ),
        Example(
            title="The index was only there inside this file",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="CREATE TABLE orders (id bigint);\nCREATE INDEX scratch ON orders (id);\nDROP INDEX scratch;",
        ),
        Example(
            title="A constraint takes the index over, under a name of its own",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"
            "CREATE UNIQUE INDEX users_email ON users (email);",
            migration="ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for indexes that were dropped, by themselves, under a blocking lock."""
        gone = {
            (change.ref.schema, change.ref.name if change.ref.parent is None else change.ref.parent)
            for change in context.dropped()
            if change.ref.kind in ("table", "materialized view", "column")
        }
        indexes = [
            index
            for index in dropped(context.observation, Index)
            if (index.ref.schema, index.ref.parent) not in gone
            and not context.is_new(index.ref)
            and not _is_taken_over(context, index)
        ]
        for index in reached(context, indexes):
            places = {(table.schema, table.name) for table in index.tables}
            locks = tuple(
                lock
                for lock in context.observation.locks
                if lock.blocks_reads and (lock.ref.schema, lock.ref.parent or lock.ref.name) in places
            )
            if not locks:
                continue
            ref = index.item.ref
            yield Hit(
                message=f'Dropping index "{ref.name}" non-concurrently blocks reads and writes of table '
                f'"{index.table.name}"',
                subjects=(ref,),
                evidence=evidence_of(locks),
                certainty=context.observation.certainty,
                claims=locks,
            )


def _is_taken_over(context: StatementContext, index: Index) -> bool:
    """Whether the index lives on as that of a new constraint: no other was built for it."""
    built = {build.ref.name for build in context.observation.index_builds}
    keys: tuple[PrimaryKey | UniqueConstraint, ...] = (
        *created(context, PrimaryKey),
        *created(context, UniqueConstraint),
    )
    columns = tuple(part.column for part in index.parts)
    return any(
        (key.ref.schema, key.ref.parent, key.columns) == (index.ref.schema, index.ref.parent, columns)
        and key.ref.name not in built
        for key in keys
    )


RULE = DropIndex()
