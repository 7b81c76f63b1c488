"""PostgreSQL's eight table-level lock modes, and what each keeps others from doing.

Source: PostgreSQL documentation, "Explicit Locking", table 13.2. Reading needs ACCESS SHARE, writing ROW EXCLUSIVE.
"""

from __future__ import annotations

import msgspec


class LockMode(msgspec.Struct, frozen=True):
    """A mode: its documented name, its place from weak (1) to strong (8), and whom it keeps waiting."""

    name: str
    strength: int
    blocks_reads: bool
    blocks_writes: bool


MODES = (
    LockMode("ACCESS SHARE", 1, False, False),
    LockMode("ROW SHARE", 2, False, False),
    LockMode("ROW EXCLUSIVE", 3, False, False),
    LockMode("SHARE UPDATE EXCLUSIVE", 4, False, False),
    LockMode("SHARE", 5, False, True),
    LockMode("SHARE ROW EXCLUSIVE", 6, False, True),
    LockMode("EXCLUSIVE", 7, False, True),
    LockMode("ACCESS EXCLUSIVE", 8, True, True),
)
"""From weak to strong."""

_BY_NAME = {mode.name: mode for mode in MODES}
_BY_PG_LOCKS = {mode.name.title().replace(" ", "") + "Lock": mode for mode in MODES}


def lock_mode(pg_locks_mode: str) -> LockMode:
    """The mode that ``pg_locks`` spells like ``AccessExclusiveLock``; raises KeyError for any other word."""
    return _BY_PG_LOCKS[pg_locks_mode]


def mode_named(name: str) -> LockMode:
    """The mode with a documented name; raises KeyError for any other word."""
    return _BY_NAME[name]
