"""Watch a new migration file: first run it the way apply would, then look at each statement alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from schema_core.dialects.protocol import BatchError, Dialect, ExecutionError, Session, SplitError, Transaction
from schema_core.diff.compare import compare_by_identity
from schema_core.directory.files import MigrationFile
from schema_core.lint.context import ENDS, ObservedStatement
from schema_core.lint.observe import failure, nothing_seen, observation
from schema_core.lint.tracking import NewObjects
from schema_core.schema.observations import StatementError
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action, Statement
from schema_core.sources.refusals import refusal

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
    the refusal that ended the watching, after which the state is not what later files expect. ``runs_together`` says
    that the statement may only have been refused because it was alone: nothing of the sort happened in the file's own
    transaction. ``waits_limited`` says that whoever runs the statements limits how long they wait for locks.
    """

    file: MigrationFile
    statements: tuple[Statement, ...] = ()
    steps: tuple[Step, ...] = ()
    in_transaction: bool = True
    apply_failed_at: int | None = None
    apply_error: StatementError | None = None
    stopped: StatementError | None = None
    runs_together: bool = False
    waits_limited: bool = False

    def state_after(self) -> Realm | None:
        """The state after the last statement; None when the file was not watched to its end."""
        return self.steps[-1].after if self.steps and self.stopped is None else None


class Watcher:
    """Watches file after file on one session and knows what the change set has created so far."""

    def __init__(self, session: Session, dialect: Dialect, new: Iterable[Ref] = ()) -> None:
        """Start from the session's present state: the replayed base, and the ``new`` objects of the change set."""
        self._session = session
        self._dialect = dialect
        self._observer = session.observer()
        self._new = NewObjects(new, dialect.fold)
        self._connected_schema = session.connected_schema()
        self.server = session.server()

    def new(self) -> frozenset[Ref]:
        """What the change set has created so far."""
        return self._new.present()

    def watch(self, file: MigrationFile) -> WatchedFile:
        """Run one file as apply would, then watch its statements one by one, each in a transaction of its own.

        The state moves on to what the file leaves behind.
        Raises ExecutionError only when the connection is lost.
        """
        statements = self._split(file)
        if isinstance(statements, StatementError):
            return WatchedFile(file=file, stopped=statements)
        in_transaction = file.directives.txmode != "none"
        failed_at, apply_error = self._run_as_apply(file, statements) if in_transaction else (None, None)
        steps, stopped = self._steps(file, statements, in_transaction=in_transaction)
        ran = in_transaction and (failed_at is None or failed_at >= len(steps))
        return WatchedFile(
            file=file,
            statements=statements,
            steps=steps,
            in_transaction=in_transaction,
            apply_failed_at=failed_at,
            apply_error=apply_error,
            stopped=stopped,
            runs_together=stopped is not None and (ran or _controls_transaction(statements)),
        )

    def watch_together(self, file: MigrationFile) -> WatchedFile:
        """Watch the statements in the transactions that apply would run them in.

        For files whose statements need each other's company (a deferred constraint, a temporary table that goes with
        the transaction). A lock that an earlier statement took is seen again only where work is done under it.
        """
        statements = self._split(file)
        if isinstance(statements, StatementError):
            return WatchedFile(file=file, stopped=statements)
        in_transaction = file.directives.txmode != "none"
        steps, stopped = self._steps_together(file, statements, in_transaction=in_transaction)
        return WatchedFile(
            file=file, statements=statements, steps=steps, in_transaction=in_transaction, stopped=stopped
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
        if _controls_transaction(statements):
            return None, None
        try:
            with self._session.rollback_only():
                self._session.execute_each([statement.text for statement in statements])
        except BatchError as error:
            if error.lost:
                raise
            return error.index, refusal(error, file.source(), statements[error.index])
        except ExecutionError as error:
            # Nobody objected to a statement, but to what they made together.
            if error.lost or not statements:
                raise
            return None, refusal(error, file.source(), statements[-1])
        return None, None

    def _split(self, file: MigrationFile) -> tuple[Statement, ...] | StatementError:
        source = file.source()
        try:
            return tuple(self._dialect.split(source, file.directives.delimiter))
        except SplitError as error:
            return StatementError(message=error.message, position=source.position(error.offset))

    def _steps(
        self, file: MigrationFile, statements: tuple[Statement, ...], *, in_transaction: bool
    ) -> tuple[tuple[Step, ...], StatementError | None]:
        steps: list[Step] = []
        settings = _LocalSettings(in_transaction=in_transaction)
        for statement in statements:
            if _is_any(statement, _ABOUT_TRANSACTIONS):
                steps.append(self._unseen(statement))
                settings.follow(statement)
                continue
            step, stopped = self._step(file, statement, settings.statements, settings.transaction())
            settings.follow(statement)
            steps.append(step)
            if stopped is not None:
                return tuple(steps), stopped
        return tuple(steps), None

    def _steps_together(
        self, file: MigrationFile, statements: tuple[Statement, ...], *, in_transaction: bool
    ) -> tuple[tuple[Step, ...], StatementError | None]:
        steps: list[Step] = []
        inside = in_transaction
        if inside:
            self._observer.share_transaction("file")
        for statement in statements:
            if not _is_any(statement, _ABOUT_TRANSACTIONS):
                step, stopped = self._step(file, statement)
            else:
                step, stopped, inside = self._control(file, statement, inside=inside)
            steps.append(step)
            if stopped is not None:
                return tuple(steps), stopped
        if inside:
            try:
                self._observer.end_shared_transaction(commit=True)
            except ExecutionError as error:
                if error.lost:
                    raise
                return tuple(steps), refusal(error, file.source(), statements[-1])
            if steps:
                # What went with the transaction (a temporary table) is not part of the state.
                steps[-1] = msgspec.structs.replace(steps[-1], after=self._observer.state().realm)
        return tuple(steps), None

    def _control(
        self, file: MigrationFile, statement: Statement, *, inside: bool
    ) -> tuple[Step, StatementError | None, bool]:
        """Follow a statement that opens, ends or sets up a transaction; also whether one is open after it."""
        before = self._unseen(statement)
        try:
            if _is_any(statement, ENDS):
                if inside:
                    self._observer.end_shared_transaction(commit=_is_any(statement, {"commit"}))
                inside = False
            elif not _is_any(statement, {"begin"}):
                self._session.execute(statement.text)
                if _is_any(statement, {"savepoint"}):
                    self._observer.refresh()
            elif not inside:
                self._observer.share_transaction("own")
                inside = True
        except ExecutionError as error:
            if error.lost:
                raise
            return before, refusal(error, file.source(), statement), inside
        return msgspec.structs.replace(before, after=self._observer.state().realm), None, inside

    def _unseen(self, statement: Statement) -> Step:
        """The step of a statement that means nothing alone; nothing may be asked of the server before some of them."""
        state = self._observer.state().realm
        return Step(
            observed=ObservedStatement(statement=statement, observation=nothing_seen()),
            before=state,
            after=state,
            new=self._new.present(),
            connected_schema=self._connected_schema,
        )

    def _step(
        self,
        file: MigrationFile,
        statement: Statement,
        preamble: Sequence[str] = (),
        transaction: Transaction | None = None,
    ) -> tuple[Step, StatementError | None]:
        before = self._observer.state().realm
        new = self._new.present()
        self._connected_schema = self._session.connected_schema()
        stopped = None
        try:
            seen = observation(self._observer.observe(statement, preamble, transaction))
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
            connected_schema=self._connected_schema,
        )
        return step, stopped


def _controls_transaction(statements: Iterable[Statement]) -> bool:
    return any(_is_any(statement, {"begin"} | ENDS) for statement in statements)


def _is_any(statement: Statement, kinds: AbstractSet[str]) -> bool:
    return any(action.kind in kinds for action in statement.actions)


class _LocalSettings:
    """The statements so far that only set something for the transaction that is still open.

    ``in_transaction`` tells whether the file as a whole runs in one.
    """

    def __init__(self, *, in_transaction: bool) -> None:
        self._in_file_transaction = in_transaction
        self._inside = in_transaction
        self.statements: list[str] = []

    def transaction(self) -> Transaction | None:
        """The transaction that apply would run the next statement in."""
        if not self._inside:
            return None
        return "file" if self._in_file_transaction else "own"

    def follow(self, statement: Statement) -> None:
        """Take the file's next statement into account."""
        if _is_any(statement, {"begin"}):
            self._inside = True
        elif _is_any(statement, ENDS):
            self._inside = False
            self.statements.clear()
        elif self._inside and statement.actions and all(_is_local(action) for action in statement.actions):
            self.statements.append(statement.text)


def _is_local(action: Action) -> bool:
    return action.kind == "set transaction" or (action.kind == "set parameter" and action.has("local"))
