"""PG301: a column's type or collation changes and the table or its indexes are written anew."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, altered, evidence_of, reached, work_on
from schema_core.lint.rule import Effect, Example, Hit, Rule
from schema_core.lint.rules.blocking.rewrite_causes import certainty_of
from schema_core.lint.wording import names, plural
from schema_core.schema.objects import Column


class ChangeType(Rule):
    """Reports changes of type or collation that made the server write the table or an index of it anew."""

    code = "PG301"
    name = "change-type"
    analyzer = "blocking"
    title = "A change of type rewrites the table or its indexes"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Nobody can read or write the table until all of its rows, or its indexes, are written anew."
    instead = (
        "Add a column of the new type, let the application write both, fill it in batches, and swap the names in a "
        "later release."
    )
    documentation = (
        "Whether a change of type rewrites is seen on the server, not derived from the two types: a longer `varchar`, "
        "`varchar` to `text`, a `numeric` with more digits before the point and the like write nothing and are not "
        "reported. Such a free change still rebuilds indexes on an expression or with a condition that mentions the "
        "column, and a change of collation rebuilds every index on it; that is reported.\n\n"
        "When the statement holds several commands that could each have caused the rewrite, the finding's certainty is "
        "unknown."
    )
    bad = (
        Example(
            title="A wider integer",
            base="CREATE TABLE orders (id integer PRIMARY KEY, total integer);",
            migration="ALTER TABLE orders ALTER COLUMN total TYPE bigint;",
        ),
        Example(
            title="A shorter text has to be checked and cut",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name text);",
            migration="ALTER TABLE users ALTER COLUMN name TYPE varchar(80);",
        ),
        Example(
            title="A free change of type with an index on an expression",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40));\n"
            "CREATE INDEX users_lower_name ON users (lower(name));",
            migration="ALTER TABLE users ALTER COLUMN name TYPE text;",
        ),
        Example(
            title="Another collation rebuilds the index",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name text);\nCREATE INDEX users_name ON users (name);",
            migration='ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C";',
        ),
    )
    good = (
        Example(
            title="A longer varchar",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40));",
            migration="ALTER TABLE users ALTER COLUMN name TYPE varchar(80);",
        ),
        Example(
            title="A new column beside the old one",
            base="CREATE TABLE orders (id integer PRIMARY KEY, total integer);",
            migration="ALTER TABLE orders ADD COLUMN total_big bigint;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for columns of another type on tables or indexes that were written."""
        pairs = {
            after.ref: (before, after)
            for before, after in altered(context, Column)
            if (before.type, before.collation) != (after.type, after.collation)
        }
        for column in reached(context, (after for _, after in pairs.values())):
            before, after = pairs[column.item.ref]
            if before.type == after.type:
                what = f'Changing the collation of column "{after.ref.name}"'
            else:
                what = f'Changing the type of column "{after.ref.name}" from {before.type} to {after.type}'
            yield from _hit(context, column, what)


def _hit(context: StatementContext, column: Reached, what: str) -> Iterator[Hit]:
    work = work_on(context, column.tables)
    made = {change.ref.name for change in context.created()} - {change.ref.name for change in context.dropped()}
    builds = tuple(build for build in work.index_builds if build.ref.name not in made)
    claims: tuple[Effect, ...] = (*work.locks, *work.rewrites, *builds)
    table = f'table "{column.table.name}"'
    if work.rewrites:
        result = f"rewrites {table}"
        claims = (*claims, *work.scanned("rewrite"))
        certainty = certainty_of(context, column.tables)
    elif builds:
        result = f"rebuilds {plural('index', builds).replace('indexs', 'indexes')} "
        result += f"{names(build.ref for build in builds)} of {table}"
        claims = (*claims, *work.scanned("index build"))
        certainty = context.observation.certainty
    else:
        return
    yield Hit(
        message=f"{what} {result}",
        subjects=(column.item.ref,),
        evidence=evidence_of(claims),
        certainty=certainty,
        claims=claims,
    )


RULE = ChangeType()
