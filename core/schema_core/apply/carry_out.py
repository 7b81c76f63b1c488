"""Carry out a plan on a database: in one transaction or statement by statement, with patience, and an account."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Sequence

import msgspec

from schema_core.apply.interruption import Interruption, interruptible
from schema_core.apply.ledger import Ledger, NoLedger, chunks
from schema_core.dialects.protocol import BatchError, ExecutionError
from schema_core.dialects.target import Target, Witness
from schema_core.schema.accounts import Account, AppliedStatement, Outcome, Wait
from schema_core.schema.observations import StatementError
from schema_core.schema.plans import PlannedStatement
from schema_core.sources.refusals import statement_error
from schema_core.sqltext.source import SourceText

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 15.0
_INTERRUPTED = "The run was interrupted."
_LOST = "the connection was lost"
_STILL_OPEN = "the transaction that these statements begin is still open at their end; end it with COMMIT"


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a statement waits for a lock (0: for ever), and how often it is tried again when it was not given."""

    lock_wait: float = 3.0
    retries: int = 10


class Tell(msgspec.Struct, frozen=True, kw_only=True):
    """Functions that are told how it goes, to show it."""

    begins: Callable[[int, PlannedStatement], None] = lambda _index, _statement: None
    ends: Callable[[int, float], None] = lambda _index, _duration: None
    waits: Callable[[Wait, float], None] = lambda _wait, _pause: None


class _AttemptError(Exception):
    """An attempt came to nothing; ``at`` is the statement, None for the commit."""

    def __init__(self, at: int | None, cause: ExecutionError | None) -> None:
        super().__init__()
        self.at = at
        self.cause = cause


def carry_out(
    target: Target,
    statements: Sequence[PlannedStatement],
    *,
    in_transaction: bool,
    patience: Patience,
    tell: Tell | None = None,
    ledger: Ledger | None = None,
    interruption: Interruption | None = None,
) -> Account:
    """Run the statements and say what became of each.

    Whatever the server refuses, a lost connection and an interruption end up in the account; nothing is raised for
    them. A statement that keeps nobody waiting while it waits may have to wait for long: it is given the time that it
    takes. ``interruption`` is the caller's own, None for one that ends with the run.
    """
    with contextlib.nullcontext(interruption) if interruption else interruptible(target.interrupt) as asked_to_end:
        run = _Run(target, statements, patience, tell or Tell(), asked_to_end)
        run.write_to(ledger or NoLedger())
        return run.together() if in_transaction else run.one_by_one()


class _Run:
    def __init__(
        self,
        target: Target,
        statements: Sequence[PlannedStatement],
        patience: Patience,
        tell: Tell,
        interruption: Interruption,
    ) -> None:
        self._ledger: Ledger = NoLedger()
        self._target = target
        self._statements = statements
        self._patience = patience
        self._tell = tell
        self._interruption = interruption
        self._durations = [0.0] * len(statements)
        self._waits: list[Wait] = []
        self._removed: list[str] = []
        self._left: list[str] = []
        self._opened_at: int | None = None
        """The statement that opened a transaction which is still open."""

    def write_to(self, ledger: Ledger) -> None:
        """Where what is done is written down."""
        self._ledger = ledger

    def together(self) -> Account:
        """All statements in one transaction, which is tried again as a whole."""
        attempt = 1
        while True:
            started = 0
            try:
                with self._target.witness() as witness:
                    try:
                        with self._target.transaction(self._patience.lock_wait):
                            alone = self._tell != Tell() or not self._ledger.takes_chunks
                            for chunk in chunks(self._statements, self._ledger, alone=alone):
                                started = chunk.start
                                try:
                                    self._run_chunk(chunk)
                                except BatchError as error:
                                    started += error.index
                                    raise
                                started = chunk.stop - 1
                                self._ledger.done(started)
                            started = len(self._statements)
                            self._ledger.end()
                    except ExecutionError as error:
                        # What is refused after the last statement is the commit.
                        raise _AttemptError(started if started < len(self._statements) else None, error) from error
            except _AttemptError as failure:
                if self._try_again(failure, attempt, witness):
                    attempt += 1
                    continue
                committing = failure.at is None
                lost = failure.cause is not None and failure.cause.lost
                return self._ended(failure, done="unknown" if committing and lost else "rolled back", together=True)
            except KeyboardInterrupt:
                committing = started == len(self._statements)
                return self._left_alone(started, done="unknown" if committing else "rolled back", together=True)
            return self._complete(together=True)

    def _run_chunk(self, chunk: range) -> None:
        """Run statements; the time of several is that of the last."""
        if len(chunk) == 1:
            self._run(chunk.start, self._statements[chunk.start])
            return
        if self._interruption.signal is not None:
            raise _AttemptError(chunk.start, None)
        started = time.perf_counter()
        self._target.session.execute_at_once([self._statements[index].text for index in chunk])
        self._durations[chunk.stop - 1] = round((time.perf_counter() - started) * 1000, 1)

    def one_by_one(self) -> Account:
        """Each statement for itself, committed when it is done, unless the statements say BEGIN themselves."""
        for index, statement in enumerate(self._statements):
            if not self._target.in_transaction():
                self._opened_at = None
            ended = self._one(index, statement)
            if ended is not None:
                return ended
            if self._opened_at is None and self._target.in_transaction():
                self._opened_at = index
        if self._target.in_transaction():
            return self._ended_alone(_AttemptError(None, ExecutionError(_STILL_OPEN)))
        try:
            self._ledger.end()
        except ExecutionError as error:
            return self._ended_alone(_AttemptError(None, error))
        return self._complete(together=False)

    def _one(self, index: int, statement: PlannedStatement) -> Account | None:
        """One of them, as often as it takes; the account if the run ends with it."""
        gentle = self._target.waits_gently(statement.text)
        attempt = 1
        while True:
            before: frozenset[str] = frozenset()
            try:
                with self._target.witness() as witness:
                    try:
                        self._target.limit_waits(0 if gentle else self._patience.lock_wait)
                        if gentle:
                            before = self._target.unfinished()
                        self._run_alone(index, statement)
                    except ExecutionError as error:
                        raise _AttemptError(index, error) from error
            except _AttemptError as failure:
                if gentle:
                    self._remove_remains(before, failure)
                if self._opened_at is None and self._try_again(failure, attempt, witness):
                    attempt += 1
                    continue
                return self._ended_alone(failure)
            except KeyboardInterrupt:
                return self._left_alone(index, done="applied", together=False)
            return None

    def _run_alone(self, index: int, statement: PlannedStatement) -> None:
        """Run a statement and have it written down; in one transaction where that makes no difference to it."""
        session = self._target.session
        if self._ledger.joins(index) and not self._target.in_transaction():
            session.execute("begin")
            try:
                self._run(index, statement)
                self._ledger.done(index)
                session.execute("commit")
            except BaseException as error:
                with contextlib.suppress(ExecutionError):
                    self._target.roll_back()
                if not (isinstance(error, ExecutionError) and self._target.takes_no_transaction(error)):
                    raise
            else:
                return
        self._ledger.begin(index)
        self._run(index, statement)
        self._ledger.done(index)

    def _ended_alone(self, failure: _AttemptError) -> Account:
        """The account of a run that ended, with it a transaction that the statements opened themselves."""
        with contextlib.suppress(ExecutionError):
            self._target.roll_back()
        account = self._ended(failure, done="applied", together=False)
        if self._opened_at is None:
            return account
        return msgspec.structs.replace(
            account,
            statements=tuple(
                msgspec.structs.replace(item, outcome="rolled back")
                if index >= self._opened_at and item.outcome == "applied"
                else item
                for index, item in enumerate(account.statements)
            ),
        )

    def _run(self, index: int, statement: PlannedStatement) -> None:
        if self._interruption.signal is not None:
            raise _AttemptError(index, None)
        self._tell.begins(index, statement)
        started = time.perf_counter()
        self._target.session.execute(statement.text)
        self._durations[index] = round((time.perf_counter() - started) * 1000, 1)
        self._tell.ends(index, self._durations[index])

    def _try_again(self, failure: _AttemptError, attempt: int, witness: Witness) -> bool:
        """Remember what was waited for in vain, and pause before another attempt if there may be one."""
        if failure.cause is None or not self._target.is_busy(failure.cause) or self._interruption.signal is not None:
            return False
        at = failure.at if failure.at is not None else len(self._statements) - 1
        wait = Wait(statement=at, attempt=attempt, message=failure.cause.message, blockers=witness.seen())
        self._waits.append(wait)
        if attempt > self._patience.retries:
            return False
        longest = min(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1), _LONGEST_PAUSE_SECONDS)
        # Two runs that met once would otherwise meet again.
        pause = random.uniform(longest / 2, longest)  # noqa: S311 - no secret
        self._tell.waits(wait, pause)
        self._interruption.wait(pause)
        return self._interruption.signal is None

    def _remove_remains(self, before: frozenset[str], failure: _AttemptError) -> None:
        """Remove what a failed statement left behind half made, or remember that it is there."""
        if failure.cause is None or failure.cause.lost:
            return
        try:
            self._target.limit_waits(self._patience.lock_wait)
            remains = sorted(self._target.unfinished() - before)
        except ExecutionError:
            return
        for name in remains:
            (self._removed if self._target.remove_unfinished(name) else self._left).append(name)

    def _complete(self, *, together: bool) -> Account:
        return self._account(["applied"] * len(self._statements), together=together)

    def _ended(self, failure: _AttemptError, *, done: Outcome, together: bool) -> Account:
        """The account of a run that ended at a statement: ``done`` is what became of those before it."""
        error = failure.cause
        at = failure.at if failure.at is not None else len(self._statements)
        own: Outcome = "failed"
        if error is None:
            own = "not run"
        elif error.lost and not together:
            own = "unknown"
        return self._account(
            self._outcomes(at, done, own),
            together=together,
            error=self._refusal(failure, certain=done != "unknown" and own != "unknown"),
            failed_at=failure.at if error is not None else None,
        )

    def _left_alone(self, at: int, *, done: Outcome, together: bool) -> Account:
        """The account after a second signal: nobody waited for the server's answer."""
        own: Outcome = "unknown" if not together or done == "unknown" else "rolled back"
        return self._account(
            self._outcomes(at, done, own), together=together, error=StatementError(message=_INTERRUPTED)
        )

    def _outcomes(self, at: int, done: Outcome, own: Outcome) -> list[Outcome]:
        """``done`` up to the statement ``at``, its ``own``, and none of those after it were run."""
        return [done if index < at else own if index == at else "not run" for index in range(len(self._statements))]

    def _refusal(self, failure: _AttemptError, *, certain: bool) -> StatementError:
        error = failure.cause
        if error is None:
            return StatementError(message=_INTERRUPTED)
        text = self._statements[failure.at].text if failure.at is not None else ""
        refused = statement_error(error, SourceText("statement", text.encode()), 0)
        if error.offset is None:
            refused = msgspec.structs.replace(refused, position=None)
        if error.lost:
            tail = "" if certain else ", so it is unknown whether it was applied"
            refused = msgspec.structs.replace(refused, message=f"{_LOST}{tail}: {error.message}")
        return refused

    def _account(
        self,
        outcomes: Sequence[Outcome],
        *,
        together: bool,
        error: StatementError | None = None,
        failed_at: int | None = None,
    ) -> Account:
        return Account(
            statements=tuple(
                AppliedStatement(statement=statement, outcome=outcome, duration_ms=duration)
                for statement, outcome, duration in zip(self._statements, outcomes, self._durations, strict=True)
            ),
            in_transaction=together,
            error=error,
            failed_at=failed_at,
            interrupted=self._interruption.signal if error is not None else None,
            waits=tuple(self._waits),
            removed=tuple(self._removed),
            left_behind=tuple(self._left),
        )
