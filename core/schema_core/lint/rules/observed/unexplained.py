"""Effects that no rule has claimed: what the observed families share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import msgspec

from schema_core.lint.causes.causes import Cause, Family, explain
from schema_core.lint.context import StatementContext
from schema_core.lint.existing import TABLES, evidence_of, is_existing, is_meant, keeps_out
from schema_core.lint.rule import Effect
from schema_core.schema.observations import Evidence, IndexBuild, Lock, Rewrite
from schema_core.schema.ref import Ref

UNKNOWN_CAUSE = "the cause is unknown: no known command of the statement's text does this"


class Unexplained(msgspec.Struct, frozen=True, kw_only=True):
    """Effects of one sort on tables in use, that no rule has claimed, and the cause as far as it is known."""

    effects: tuple[Effect, ...]
    tables: tuple[Ref, ...]
    locks: tuple[Lock, ...]
    """The blocking locks on these tables: the statement's own, then those that its transaction held already."""
    taken_before: bool
    """Whether the statement itself took none of them."""
    cause: Cause | None

    def reason(self) -> str:
        """The cause as the end of a message."""
        return UNKNOWN_CAUSE if self.cause is None else self.cause.reason()

    def under(self) -> str:
        """Under which lock it happened, for messages."""
        return f"under a lock that {'an earlier statement took and that ' if self.taken_before else ''}blocks others"

    def instead(self) -> str:
        """What to write instead, where the cause is known."""
        return self.cause.instead if self.cause is not None else ""

    def evidence(self) -> tuple[Evidence, ...]:
        """What shows the effects and their locks."""
        return evidence_of((*self.locks, *self.effects))


def unexplained(context: StatementContext, family: Family, found: Iterable[tuple[Ref, Effect]]) -> Unexplained | None:
    """Gather effects, each with its table; None when there are none on tables in use."""
    pairs = [(table, effect) for table, effect in found if table.kind in TABLES and is_existing(context, table)]
    if not pairs:
        return None
    tables = tuple(dict.fromkeys(table for table, _ in pairs))
    own = tuple(lock for lock in blocking_locks(context) if lock.ref in tables)
    return Unexplained(
        effects=tuple(effect for _, effect in pairs),
        tables=tables,
        locks=(*own, *(lock for lock in held_locks(context) if lock.ref in tables)),
        taken_before=not own,
        cause=cause_of(context, family, tables),
    )


def cause_of(context: StatementContext, family: Family, tables: Collection[Ref]) -> Cause | None:
    """The cause of a family's effects on some tables by the statement's actions."""
    server = context.server
    actions = context.statement.actions
    written = [ref for action in actions for ref in (action.table, action.target) if ref is not None]
    named = any(is_meant(context, ref, table) for ref in written for table in tables)
    return explain(family, actions, server.major, server.engine, named=named)


def all_effects(context: StatementContext) -> tuple[Effect, ...]:
    """Every effect of the statement, claimed or not."""
    seen = context.observation
    return (*seen.locks, *seen.rewrites, *seen.scans, *seen.index_builds, *context.claimed)


def blocking_locks(context: StatementContext) -> Iterator[Lock]:
    """The locks of the statement, claimed or not, that kept others from reading or writing."""
    for effect in all_effects(context):
        if isinstance(effect, Lock) and keeps_out(effect):
            yield effect


def held_locks(context: StatementContext) -> Iterator[Lock]:
    """The blocking locks that earlier statements took and that the transaction still holds."""
    for step in context.companions() or ():
        yield from (lock for lock in step.observation.locks if keeps_out(lock))


def unexplained_rewrites(context: StatementContext) -> Unexplained | None:
    """Tables that were written anew."""
    return unexplained(context, "rewrite", ((rewrite.ref, rewrite) for rewrite in context.observation.rewrites))


def unexplained_scans(context: StatementContext) -> Unexplained | None:
    """Tables that were read from end to end under a blocking lock, for no rewrite and no index."""
    if not context.observation.scans:
        return None
    rewritten = _rewritten(context)
    locked = {lock.ref for lock in (*blocking_locks(context), *held_locks(context))}
    scans = (
        (scan.ref, scan)
        for scan in context.observation.scans
        if scan.purpose not in ("rewrite", "index build") and scan.ref in locked and scan.ref not in rewritten
    )
    return unexplained(context, "scan", scans)


def unexplained_builds(context: StatementContext) -> Unexplained | None:
    """Indexes that were built under a blocking lock, for no rewrite of their table."""
    rewritten = _rewritten(context)
    locked = {lock.ref for lock in blocking_locks(context)}
    builds = (
        (build.table, build)
        for build in context.observation.index_builds
        if build.table in locked and build.table not in rewritten
    )
    return unexplained(context, "index build", builds)


def works(context: StatementContext) -> bool:
    """Whether the statement does anything to tables in use that takes longer the more rows there are."""
    return any(
        is_existing(context, effect.table if isinstance(effect, IndexBuild) else effect.ref)
        for effect in all_effects(context)
        if not isinstance(effect, Lock)
    )


def _rewritten(context: StatementContext) -> frozenset[Ref]:
    return frozenset(effect.ref for effect in all_effects(context) if isinstance(effect, Rewrite))
