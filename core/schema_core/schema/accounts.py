"""What became of a plan that was carried out on a database."""

from __future__ import annotations

from typing import Literal

import msgspec

from schema_core.schema.observations import StatementError
from schema_core.schema.plans import PlannedStatement

Outcome = Literal["applied", "rolled back", "failed", "not run", "unknown"]
"""Only ``applied`` has changed the database; whether ``unknown`` has, nobody could tell."""


class Blocker(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else's session that held a lock that a statement waited for."""

    session: str
    application: str = ""
    since: str | None = None
    """When its present or last query began, as the server writes it."""
    query: str = ""


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """A lock that was not given in time: which statement asked, in which attempt, and who was seen to hold it."""

    statement: int
    attempt: int
    message: str
    blockers: tuple[Blocker, ...] = ()


class AppliedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a plan and what became of it."""

    statement: PlannedStatement
    outcome: Outcome
    duration_ms: float = 0.0


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What was and what was not applied.

    ``error`` is why it ended early, None when everything was applied; ``failed_at`` is the statement that it was about,
    None when it was about all of them together. ``interrupted`` is the number of the signal that asked for the end.
    ``removed`` names what a failed statement had left behind and was removed again, ``left_behind`` what could not be.
    """

    statements: tuple[AppliedStatement, ...] = ()
    in_transaction: bool = True
    error: StatementError | None = None
    failed_at: int | None = None
    interrupted: int | None = None
    waits: tuple[Wait, ...] = ()
    removed: tuple[str, ...] = ()
    left_behind: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many statements ended so."""
        return sum(1 for statement in self.statements if statement.outcome == outcome)
