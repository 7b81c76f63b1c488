"""What a statement did to tables that were there before the change set, and through which table it reached them.

Rules ask here instead of reading the observation's lists themselves, so that all of them agree on what is new and which
table a change of a whole partition tree is about.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from schema_core.lint.context import ObservedStatement, StatementContext
from schema_core.lint.rule import Effect
from schema_core.schema.changes import Drop
from schema_core.schema.objects import Domain, SchemaObject
from schema_core.schema.observations import Evidence, IndexBuild, Lock, Observation, Rewrite, Scan
from schema_core.schema.ref import Ref

AnyObject = TypeVar("AnyObject", bound=SchemaObject)

TABLES = ("table", "materialized view")
"""Kinds of objects that hold rows."""
_MOST_EVIDENCE = 12


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A changed object and the tables that the same change reached: its own first, then partitions and children."""

    item: SchemaObject
    tables: tuple[Ref, ...]

    @property
    def table(self) -> Ref:
        """The table that the change is about."""
        return self.tables[0]


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """The effects that a statement had on some tables."""

    locks: tuple[Lock, ...]
    rewrites: tuple[Rewrite, ...]
    scans: tuple[Scan, ...]
    index_builds: tuple[IndexBuild, ...]

    def blocks(self) -> bool:
        """Whether others could not write, or not even read, meanwhile."""
        return any(keeps_out(lock) for lock in self.locks)

    def scanned(self, purpose: str) -> tuple[Scan, ...]:
        """The scans made for a purpose."""
        return tuple(scan for scan in self.scans if scan.purpose == purpose)


def keeps_out(lock: Lock) -> bool:
    """Whether others wait for the lock: only the server itself writes to a materialized view."""
    return lock.blocks_reads or (lock.blocks_writes and lock.ref.kind != "materialized view")


def work_on(context: StatementContext, tables: Iterable[Ref]) -> Work:
    """What the statement did to these tables."""
    wanted = frozenset(tables)
    seen = context.observation
    return Work(
        locks=tuple(lock for lock in seen.locks if lock.ref in wanted),
        rewrites=tuple(rewrite for rewrite in seen.rewrites if rewrite.ref in wanted),
        scans=tuple(scan for scan in seen.scans if scan.ref in wanted),
        index_builds=tuple(build for build in seen.index_builds if build.table in wanted),
    )


def evidence_of(effects: Iterable[Effect]) -> tuple[Evidence, ...]:
    """The evidence of effects, each piece once."""
    pieces = dict.fromkeys(piece for effect in effects for piece in effect.evidence)
    return tuple(pieces)[:_MOST_EVIDENCE]


def gone(ref: Ref) -> tuple[Evidence, ...]:
    """The evidence for an object that the catalog no longer lists."""
    return (Evidence(source="catalog", detail=f"{ref.kind} {ref.label()} is gone"),)


def owner(context: StatementContext, ref: Ref) -> Ref:
    """The table that a column, index or constraint belongs to; a table is its own."""
    if ref.parent is None:
        return ref
    candidates = [Ref(kind, ref.schema, None, ref.parent) for kind in TABLES]
    return next((table for table in candidates if table in context.before), candidates[0])


def is_owner(context: StatementContext, table: Ref, ref: Ref) -> bool:
    """Whether an object belongs to a table, however its name is spelled."""
    found = owner(context, ref)
    return (found.kind, found.schema) == (table.kind, table.schema) and context.fold(found.name) == context.fold(
        table.name
    )


def is_existing(context: StatementContext, table: Ref) -> bool:
    """Whether a table was there before the statement and not made by the change set."""
    return table in context.before and not context.is_new(table)


def created(context: StatementContext, kind: type[AnyObject]) -> tuple[AnyObject, ...]:
    """Objects that the statement created, without what came with a new table."""
    tables = {(change.ref.schema, change.ref.name) for change in context.created() if change.ref.kind in TABLES}
    found = (change.object for change in context.created() if (change.ref.schema, change.ref.parent) not in tables)
    return tuple(item for item in found if isinstance(item, kind))


def dropped(seen: Observation, kind: type[AnyObject]) -> tuple[AnyObject, ...]:
    """Objects that an observed statement dropped; a namesake may have taken their place."""
    found = (change.object for change in seen.changes if isinstance(change, Drop))
    return tuple(item for item in found if isinstance(item, kind))


def altered(context: StatementContext, kind: type[AnyObject]) -> tuple[tuple[AnyObject, AnyObject], ...]:
    """Objects that the statement changed in place, before and after."""
    pairs = ((change.before, change.after) for change in context.altered())
    return tuple((before, after) for before, after in pairs if isinstance(before, kind) and isinstance(after, kind))


def domains_by_type(context: StatementContext) -> dict[str, Domain]:
    """Domains by what a column's type may call them: those of the connected schema need no schema's name."""
    found = {}
    for domain in context.after.of(Domain):
        found[f"{domain.ref.schema}.{domain.ref.name}"] = domain
        if domain.ref.schema == context.connected_schema:
            found[domain.ref.name] = domain
    return found


def reached(context: StatementContext, items: Iterable[SchemaObject]) -> tuple[Reached, ...]:
    """Changed objects of tables that were there before, one for each change that the author wrote.

    A statement on a partitioned or inherited table makes the same change to its children. What happened to a table that
    the statement does not name is counted with the change of the table that it names; where the text names none (a
    ``DO`` block), every table speaks for itself.
    """
    existing = [(item, owner(context, item.ref)) for item in items]
    existing = [(item, table) for item, table in existing if is_existing(context, table)]
    leading = [(item, table) for item, table in existing if _is_named(context, item, table)]
    following = [pair for pair in existing if pair not in leading]
    found = []
    for item, table in leading:
        others = (other for follower, other in following if _same_sort(item, follower))
        found.append(Reached(item=item, tables=(table, *dict.fromkeys(others))))
    for item, table in following:
        if not any(_same_sort(leader, item) for leader, _ in leading):
            found.append(Reached(item=item, tables=(table,)))
    return tuple(found)


def fills(context: StatementContext, step: ObservedStatement, table: Ref, column: str) -> bool:
    """Whether a statement gives a column of the table values, as far as its text tells."""
    return any(
        action.kind in ("update", "compute column")
        and action.table is not None
        and context.fold(column) in map(context.fold, action.columns)
        and is_meant(context, action.table, table)
        for action in step.statement.actions
    )


def is_copied(context: StatementContext, column: Ref) -> bool:
    """Whether the statement finishes making a table anew and the copy of the rows gave this column a value."""
    return context.rebuild is not None and any(
        context.fold(column.name) in map(context.fold, action.columns) for action in context.rebuild.copy
    )


def _same_sort(one: SchemaObject, other: SchemaObject) -> bool:
    """Whether two changed objects can be one change of a partition tree: constraints are named anew in each table."""
    return one.ref.kind == other.ref.kind and (one.ref.kind != "column" or one.ref.name == other.ref.name)


def _is_named(context: StatementContext, item: SchemaObject, table: Ref) -> bool:
    for action in context.statement.actions:
        if action.target is not None and action.target.kind == "index" and action.table is None:
            same = context.fold(action.target.name) == context.fold(item.ref.name)
            if same and action.target.schema in (None, item.ref.schema):
                return True
        elif any(
            written is not None and is_meant(context, written, table) for written in (action.table, action.target)
        ):
            return True
    return False


def is_meant(context: StatementContext, written: Ref, table: Ref) -> bool:
    """Whether a name in the text means this table; without a schema it means the connected schema's if there is one."""
    if written.parent is not None or context.fold(written.name) != context.fold(table.name):
        return False
    if written.schema is not None:
        return written.schema == table.schema
    if table.schema == context.connected_schema:
        return True
    return not any(Ref(kind, context.connected_schema, None, table.name) in context.before for kind in TABLES)
