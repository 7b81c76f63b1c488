"""Watch a new migration file: first run it the way apply would, then look at each statement alone."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import msgspec

from schema_core.dialects.protocol import BatchError, Dialect, ExecutionError, Session, SplitError
from schema_core.diff.compare import compare_by_identity
from schema_core.directory.files import MigrationFile
from schema_core.lint.context import ENDS, ObservedStatement
from schema_core.lint.observe import failure, nothing_seen, observation, refusal
from schema_core.lint.tracking import NewObjects
from schema_core.schema.observations import StatementError
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action, Statement

_ABOUT_TRANSACTIONS = frozenset({"begin", "savepoint", "set transaction"}) | ENDS
"""Action kinds that mean nothing alone: a statement that is watched has a transaction of its own."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One watched statement with the states around it; ``new`` is what the change set had created before it."""

    observed: ObservedStatement
    before: Realm
    after: Realm
    new: frozenset[Ref]
    connected_schema: str | None


class WatchedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file, its statements, and a step for each of them up to the first that the server refused.

    ``apply_error`` is the refusal of statement ``apply_failed_at`` when the file was run as apply would; ``stopped`` is
    the refusal that ended the watching, after which the state is not what later files expect.
    """

    file: MigrationFile
    statements: tuple[Statement, ...] = ()
    steps: tuple[Step, ...] = ()
    in_transaction: bool = True
    apply_failed_at: int | None = None
    apply_error: StatementError | None = None
    stopped: StatementError | None = None

    def state_after(self) -> Realm | None:
        """The state after the last statement; None when the file was not watched to its end."""
        return self.steps[-1].after if self.steps and self.stopped is None else None


class Watcher:
    """Watches file after file on one session and knows what the change set has created so far."""

    def __init__(self, session: Session, dialect: Dialect) -> None:
        """Start from the session's present state, the replayed base."""
        self._session = session
        self._dialect = dialect
        self._observer = session.observer()
        self._new = NewObjects()
        self.server = session.server()

    def watch(self, file: MigrationFile) -> WatchedFile:
        """Run and watch one file; the state moves on to what the file leaves behind.

        Raises ExecutionError only when the connection is lost.
        """
        source = file.source()
        try:
            statements = tuple(self._dialect.split(source, file.directives.delimiter))
        except SplitError as error:
            return WatchedFile(
                file=file, stopped=StatementError(message=error.message, position=source.position(error.offset))
            )
        in_transaction = file.directives.txmode != "none"
        failed_at, apply_error = self._run_as_apply(file, statements) if in_transaction else (None, None)
        steps: list[Step] = []
        stopped: StatementError | None = None
        for index in range(len(statements)):
            step, stopped = self._step(file, statements, index, in_transaction=in_transaction)
            steps.append(step)
            if stopped is not None:
                break
        return WatchedFile(
            file=file,
            statements=statements,
            steps=tuple(steps),
            in_transaction=in_transaction,
            apply_failed_at=failed_at,
            apply_error=apply_error,
            stopped=stopped,
        )

    def catch_up(self) -> None:
        """Take in what was executed on the session without being watched."""
        before = self._observer.state()
        self._observer.refresh()
        after = self._observer.state()
        self._new.follow(
            compare_by_identity(before.realm.values(), after.realm.values(), before.identities, after.identities)
        )

    def _run_as_apply(
        self, file: MigrationFile, statements: tuple[Statement, ...]
    ) -> tuple[int | None, StatementError | None]:
        """Run the whole file in one transaction and roll it back; which statement was refused, and why.

        A file that ends its transaction itself cannot be rolled back, so it is only watched.
        """
        if any(_is_any(statement, {"begin"} | ENDS) for statement in statements):
            return None, None
        try:
            with self._session.rollback_only():
                self._session.execute_each([statement.text for statement in statements])
        except BatchError as error:
            if error.lost:
                raise
            return error.index, refusal(error, file.source(), statements[error.index])
        return None, None

    def _step(
        self, file: MigrationFile, statements: tuple[Statement, ...], index: int, *, in_transaction: bool
    ) -> tuple[Step, StatementError | None]:
        statement = statements[index]
        before = self._observer.state().realm
        new = self._new.present()
        connected = self._session.connected_schema()
        stopped = None
        if _is_any(statement, _ABOUT_TRANSACTIONS):
            seen = nothing_seen()
        else:
            try:
                effects = self._observer.observe(
                    statement, _local_settings(statements[:index], in_transaction=in_transaction)
                )
                seen = observation(effects)
            except ExecutionError as error:
                if error.lost:
                    raise
                stopped = refusal(error, file.source(), statement)
                seen = failure(stopped)
        self._new.follow(seen.changes)
        step = Step(
            observed=ObservedStatement(statement=statement, observation=seen),
            before=before,
            after=self._observer.state().realm,
            new=new,
            connected_schema=connected,
        )
        return step, stopped


def _is_any(statement: Statement, kinds: AbstractSet[str]) -> bool:
    return any(action.kind in kinds for action in statement.actions)


def _local_settings(statements: Sequence[Statement], *, in_transaction: bool) -> tuple[str, ...]:
    """The statements, of those before another, that only set something for the transaction that is open at their end.

    ``in_transaction`` tells whether the file as a whole runs in one.
    """
    inside = in_transaction
    found: list[str] = []
    for statement in statements:
        if _is_any(statement, {"begin"}):
            inside = True
        elif _is_any(statement, ENDS):
            inside = False
            found.clear()
        elif inside and statement.actions and all(_is_local(action) for action in statement.actions):
            found.append(statement.text)
    return tuple(found)


def _is_local(action: Action) -> bool:
    return action.kind == "set transaction" or (action.kind == "set parameter" and action.has("local"))
