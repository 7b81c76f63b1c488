"""PG301: a column's type or collation changes and the table or its indexes are written anew."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, altered, evidence_of, reached, work_on
from schema_core.lint.rule import Effect, Example, Hit, Rule
from schema_core.lint.rules.blocking.rewrite_causes import certainty_of
from schema_core.lint.wording import names, plural
from schema_core.schema.objects import Column, Index, PrimaryKey, UniqueConstraint
from schema_core.schema.observations import IndexBuild

_PRECISION = re.compile(r"\(\d+\)")


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
        "`timestamp` and `timestamptz` are the same in a session whose time zone is UTC, and a rewrite in any other. "
        "When the file does not set the time zone and nothing was written here, the finding's certainty is unknown.\n\n"
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
        Example(
            title="A time zone is added to a timestamp, which only costs nothing when the session's is UTC",
            base="CREATE TABLE events (id bigint PRIMARY KEY, at timestamp);",
            migration="ALTER TABLE events ALTER COLUMN at TYPE timestamptz;",
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
        Example(
            title="Times that are known to be UTC",
            base="CREATE TABLE events (id bigint PRIMARY KEY, at timestamp);",
            migration="SET LOCAL timezone = 'UTC';\nALTER TABLE events ALTER COLUMN at TYPE timestamptz;",
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
            yield from _hits(context, column, what)
            if _is_time_zone_change(before, after):
                yield from _time_zone_hit(context, column, what)


def _hits(context: StatementContext, column: Reached, what: str) -> Iterator[Hit]:
    work = work_on(context, column.tables)
    made = {change.ref.name for change in context.created()} - {change.ref.name for change in context.dropped()}
    builds = tuple(
        build
        for build in work.index_builds
        if build.ref.name not in made and _mentions(context, build, column.item.ref.name)
    )
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


def _time_zone_hit(context: StatementContext, column: Reached, what: str) -> Iterator[Hit]:
    """The rewrite that was not seen here, because the time zone of this session happened to be UTC."""
    work = work_on(context, column.tables)
    if work.rewrites or any(
        action.kind == "set parameter" and action.detail == "timezone"
        for step in context.earlier()
        for action in step.statement.actions
    ):
        return
    yield Hit(
        message=f'{what} rewrites table "{column.table.name}" unless the session\'s time zone is UTC, as it was here',
        subjects=(column.item.ref,),
        evidence=evidence_of(work.locks),
        certainty="unknown",
        claims=work.locks,
        instead="If the stored times are UTC, SET LOCAL timezone = 'UTC' before it; else fill a new column in batches.",
    )


def _is_time_zone_change(before: Column, after: Column) -> bool:
    kinds = {_PRECISION.sub("", before.type), _PRECISION.sub("", after.type)}
    return kinds == {"timestamp with time zone", "timestamp without time zone"}


def _mentions(context: StatementContext, build: IndexBuild, column: str) -> bool:
    """Whether an index has anything to do with a column, as far as is known; those of partitions bear other names."""
    named = (item for item in context.before.children(build.table) if item.ref.name == build.ref.name)
    for item in named:
        if isinstance(item, PrimaryKey | UniqueConstraint):
            return column in item.columns
        if isinstance(item, Index):
            texts = [item.predicate or "", *(part.expression or "" for part in item.parts)]
            word = re.compile(rf"(?<!\w){re.escape(column)}(?!\w)")
            return any(part.column == column for part in item.parts) or any(word.search(text) for text in texts)
    return True


RULE = ChangeType()
