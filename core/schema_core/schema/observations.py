"""What was seen while one statement ran on a development database, and on which evidence it rests."""

from __future__ import annotations

from typing import Literal

import msgspec

from schema_core.schema.changes import Change
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Position

Certainty = Literal["observed", "documented", "unknown"]
"""``observed``: seen on a running server. ``documented``: from the dialect's lock table. ``unknown``: neither."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a fact comes from (``source``: a catalog, a counter, a server message) and what stood there."""

    source: str
    detail: str


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """A lock that the statement took on an object that was there before it.

    ``mode`` is the engine's word for it; ``strength`` orders the engine's modes (greater is stronger).
    """

    ref: Ref
    mode: str
    strength: int
    blocks_reads: bool
    blocks_writes: bool
    evidence: tuple[Evidence, ...] = ()


class Rewrite(msgspec.Struct, frozen=True, kw_only=True):
    """A table (or index, sequence, materialized view) whose whole storage was written anew."""

    ref: Ref
    evidence: tuple[Evidence, ...] = ()


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """A table that was read from end to end. ``purpose`` is ``verify``, ``foreign key`` or ``read``, or
    what the scan is a part of: ``rewrite``, ``index build``, ``copy`` (of a table that is made anew).
    """

    ref: Ref
    purpose: str
    evidence: tuple[Evidence, ...] = ()


class IndexBuild(msgspec.Struct, frozen=True, kw_only=True):
    """An index that was built over a table that was there before the statement."""

    ref: Ref
    table: Ref
    evidence: tuple[Evidence, ...] = ()


class StatementError(msgspec.Struct, frozen=True, kw_only=True):
    """The server's refusal, in its words; ``position`` is the place in the file, where the server gave one."""

    message: str
    code: str | None = None
    detail: str | None = None
    hint: str | None = None
    position: Position | None = None


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything seen of one statement.

    ``in_transaction`` is False for a statement that the engine refuses to run inside a transaction. ``notices`` are
    facts that bear on rules and are not effects (``existing constraints … sufficient to prove``). ``duration_ms`` is
    the time of the statement on the development database, which holds no rows.
    """

    certainty: Certainty
    in_transaction: bool
    duration_ms: float
    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    scans: tuple[Scan, ...] = ()
    index_builds: tuple[IndexBuild, ...] = ()
    changes: tuple[Change, ...] = ()
    notices: tuple[Evidence, ...] = ()
    unmodelled: tuple[str, ...] = ()
    """Labels of touched objects whose kind is not modelled."""
    error: StatementError | None = None

    def strongest_lock(self) -> Lock | None:
        """The strongest lock, or None when the statement took none on an existing object."""
        return max(self.locks, key=lambda lock: lock.strength, default=None)
