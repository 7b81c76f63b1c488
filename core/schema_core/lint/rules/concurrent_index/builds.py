"""Index builds that block writers, by what asked for them: what the rules of this family share."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, Work, reached, work_on
from schema_core.lint.rule import Effect
from schema_core.schema.objects import SchemaObject
from schema_core.schema.observations import IndexBuild, Lock, Scan


class BlockingBuild(msgspec.Struct, frozen=True, kw_only=True):
    """A new index or constraint whose index is built while a lock keeps others out."""

    reached: Reached
    locks: tuple[Lock, ...]
    index_builds: tuple[IndexBuild, ...]
    scans: tuple[Scan, ...]

    def effects(self) -> tuple[Effect, ...]:
        """Everything that the build did."""
        return (*self.locks, *self.index_builds, *self.scans)

    def in_parts(self) -> bool:
        """Whether the table itself holds no rows and the indexes of its partitions are built instead."""
        return all(build.table != self.reached.table for build in self.index_builds)


def blocking_builds(context: StatementContext, items: Iterable[SchemaObject]) -> tuple[BlockingBuild, ...]:
    """New indexes or constraints of existing tables whose index is built under a blocking lock.

    A constraint that takes over an index builds none; a concurrent build blocks nobody.
    """
    found = []
    for item in reached(context, items):
        work = work_on(context, item.tables)
        own = _own_builds(item, work)
        if own and work.blocks():
            scans = work.scanned("index build")
            found.append(BlockingBuild(reached=item, locks=work.locks, index_builds=own, scans=scans))
    return tuple(found)


def _own_builds(item: Reached, work: Work) -> tuple[IndexBuild, ...]:
    """The build of the item's own index, which bears its name, and those on partitions, which bear others."""
    return tuple(
        build for build in work.index_builds if build.table != item.table or build.ref.name == item.item.ref.name
    )
