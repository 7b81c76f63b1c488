"""Where what is carried out is written down, and what that means for how it is run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from schema_core.schema.plans import PlannedStatement

_LONGEST_MESSAGE = 1 << 18
"""Characters of statements that are run at once."""


class Ledger(Protocol):
    """Writes down on the target's own session what was done. Methods may raise ExecutionError.

    A transaction that is tried again begins anew: its entries are those of the last attempt.
    """

    takes_chunks: bool
    """Whether statements that share a transaction may be run several at once."""

    def writes_after(self, index: int) -> bool:
        """Whether there is an entry to make between a statement and the next one of the same transaction."""
        ...

    def joins(self, index: int) -> bool:
        """Whether a statement, run by itself, may share a transaction with its entry."""
        ...

    def begin(self, index: int) -> None:
        """Called before a statement that shares no transaction with its entry."""
        ...

    def done(self, index: int) -> None:
        """Called after a statement, in the transaction that it ran in."""
        ...

    def end(self) -> None:
        """Called after all statements, in their transaction where they shared one."""
        ...


class NoLedger:
    """Writes down nothing, which leaves each statement to itself."""

    takes_chunks = False

    def writes_after(self, index: int) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def joins(self, index: int) -> bool:  # noqa: ARG002
        """None has an entry."""
        return False

    def begin(self, index: int) -> None:
        """Nothing."""

    def done(self, index: int) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


def chunks(statements: Sequence[PlannedStatement], ledger: Ledger, *, alone: bool) -> Iterator[range]:
    """The statements of a transaction that are run at once; each for itself if they are to be ``alone``."""
    start, size = 0, 0
    for index, statement in enumerate(statements):
        size += len(statement.text)
        asks = _asks_for_data(statement)
        if (alone or asks) and start < index:
            yield range(start, index)
            start = index
        if alone or asks or size > _LONGEST_MESSAGE or ledger.writes_after(index):
            yield range(start, index + 1)
            start, size = index + 1, 0
    if start < len(statements):
        yield range(start, len(statements))


def _asks_for_data(statement: PlannedStatement) -> bool:
    """Whether the client would have to send more."""
    return statement.text.lstrip()[:4].upper() == "COPY"
