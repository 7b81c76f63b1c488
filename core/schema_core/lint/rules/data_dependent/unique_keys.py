"""Uniqueness that is new for rows that are there: what MF101 and MF102 share."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, created, dropped, fills, is_copied, is_owner, reached, work_on
from schema_core.schema.changes import Create
from schema_core.schema.objects import Column, Index, PrimaryKey, SchemaObject, UniqueConstraint
from schema_core.schema.observations import IndexBuild
from schema_core.schema.ref import Ref


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that the server had to build over a table's rows, and so would refuse for duplicates among them."""

    reached: Reached
    columns: tuple[str, ...]
    builds: tuple[IndexBuild, ...]

    @property
    def ref(self) -> Ref:
        """The index or constraint."""
        return self.reached.item.ref


def new_keys(context: StatementContext) -> Iterator[NewKey]:
    """The statement's new unique keys whose rows may hold duplicates, for all that the file tells.

    Left out: a key that no index was built for (it took over a unique index), one that an equal or narrower key implies
    which was there until now, and one over a column that is itself new and cannot hold duplicates yet.
    """
    items = [item for item in created(context, SchemaObject) if _columns(item) is not None]
    for key in reached(context, items):
        builds = _builds(context, key)
        columns = _columns(key.item) or ()
        if not builds or _is_implied(context, key) or any(_is_still_free(context, key.table, name) for name in columns):
            continue
        yield NewKey(reached=key, columns=columns, builds=builds)


def replaces_index(context: StatementContext, key: NewKey) -> bool:
    """Whether the file dropped an index for this one that had its name and was not unique."""
    return key.ref.kind == "index" and any(
        index.ref == key.ref and not index.unique
        for step in (*context.earlier(), context.statements[context.index])
        for index in dropped(step.observation, Index)
    )


def _columns(item: SchemaObject) -> tuple[str, ...] | None:
    """A unique key's columns, expressions left out; None for anything else."""
    if isinstance(item, Index) and item.unique:
        return tuple(part.column for part in item.parts if part.column is not None)
    if isinstance(item, UniqueConstraint | PrimaryKey):
        return item.columns
    return None


def _builds(context: StatementContext, key: Reached) -> tuple[IndexBuild, ...]:
    """The builds of the key's own index and of those of the partitions; a build may not know its index's name."""
    builds = work_on(context, key.tables).index_builds
    return tuple(build for build in builds if build.table != key.table or build.ref.name in ("", key.item.ref.name))


def _is_implied(context: StatementContext, key: Reached) -> bool:
    """Whether rows that were unique by another key cannot break this one."""
    wanted = frozenset(map(context.fold, _columns(key.item) or ()))
    predicate = key.item.predicate if isinstance(key.item, Index) else None
    known = list(context.before.children(key.table))
    for step in context.earlier():
        known += [item for item in dropped(step.observation, SchemaObject) if is_owner(context, key.table, item.ref)]
    for item in known:
        columns = _columns(item)
        if not columns or not wanted.issuperset(map(context.fold, columns)):
            continue
        if isinstance(item, Index) and (len(columns) < len(item.parts) or item.predicate not in (None, predicate)):
            continue
        return True
    return False


def _is_still_free(context: StatementContext, table: Ref, name: str) -> bool:
    """Whether a key column came with this change set and holds only nulls, or a value of its own in every row."""
    ref = Ref("column", table.schema, table.name, name)
    steps = (*context.earlier(), context.statements[context.index])
    for at, step in enumerate(steps):
        for change in step.observation.changes:
            if not (isinstance(change, Create) and change.ref == ref and isinstance(change.object, Column)):
                continue
            column = change.object
            if column.generated is not None:
                return False
            if column.identity is not None or any(rewrite.ref == table for rewrite in step.observation.rewrites):
                # A default that was computed for each row made the server write the table anew.
                return True
            filled = is_copied(context, ref) or any(fills(context, later, table, name) for later in steps[at + 1 :])
            return column.default is None and not filled
    column_before = context.before.get(ref)
    return context.is_new(ref) and isinstance(column_before, Column) and column_before.default is None
