"""What it takes to carry out a plan on somebody's database, in words that no engine owns."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from schema_core.dialects.protocol import ExecutionError, Session
from schema_core.dialects.revisions_table import RevisionsTable
from schema_core.schema.accounts import Blocker
from schema_core.schema.plans import PlannedStatement


class Witness(Protocol):
    """Looks at who keeps a target's session waiting."""

    def seen(self) -> tuple[Blocker, ...]:
        """Those who were last seen to do so; none when nobody was."""
        ...


class Target(Protocol):
    """A database that is changed for good, through one connection of its own."""

    @property
    def session(self) -> Session:
        """The connection."""
        ...

    def hold(self, name: str, seconds: float) -> AbstractContextManager[None]:
        """Keep other runs that ask for the same name away from the database, also when we die.

        Waits for at most so many seconds; raises UserError, naming who holds it, when it is not given until then.
        """
        ...

    def limit_waits(self, seconds: float) -> None:
        """How long each statement from now on waits for a lock; 0 is for ever. Raises ExecutionError."""
        ...

    def transaction(self, seconds: float) -> AbstractContextManager[None]:
        """``Session.transaction`` in which each statement waits for a lock for so long; 0 is for ever."""
        ...

    def is_busy(self, error: ExecutionError) -> bool:
        """Whether a statement was refused only because others were in its way, so that it can be tried again."""
        ...

    def takes_no_transaction(self, error: ExecutionError) -> bool:
        """Whether a statement was refused only because it was inside a transaction, and nothing was done."""
        ...

    def witness(self) -> AbstractContextManager[Witness]:
        """Look, while the block runs, at who keeps the session waiting."""
        ...

    def interrupt(self) -> None:
        """Ask the server to give up the statement that runs; called from another thread, never raises."""
        ...

    def waits_gently(self, text: str) -> bool:
        """Whether a statement keeps nobody waiting while it waits itself, which may take long."""
        ...

    def unfinished(self) -> frozenset[str]:
        """Objects that a failed statement may leave behind half made, as SQL names them; raises ExecutionError."""
        ...

    def remove_unfinished(self, name: str) -> bool:
        """Remove such an object; whether that was possible."""
        ...

    def emptying(self) -> tuple[PlannedStatement, ...]:
        """Statements that drop everything in the URL's scope, in an order that works; raises ExecutionError.

        Raises UserError, naming the objects, when something is there that no statement can drop.
        """
        ...

    def revisions(self, schema: str | None) -> RevisionsTable:
        """The table of applied migrations, in the schema of that name or where the URL says.

        Raises UserError where it is not clear which table is meant, ExecutionError when the server does not answer.
        """
        ...

    def was_done(self, text: str) -> bool | None:
        """Whether a statement outside of any transaction, whose end nobody saw, has had its effect.

        False also where running it again does no harm; None when nobody can tell. Raises ExecutionError.
        """
        ...

    def in_transaction(self) -> bool:
        """Whether the session is in a transaction, a failed one included."""
        ...

    def roll_back(self) -> None:
        """End that transaction; raises ExecutionError when the connection is gone."""
        ...

    def close(self) -> None:
        """Close the connection; never raises."""
        ...
