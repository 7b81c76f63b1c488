"""Run files and write down what was done, so that the next run knows it whatever happens to this one.

In a file's transaction the entry is made last. A statement that is run for itself shares a transaction with its entry;
where it cannot, the entry first says that it is about to run.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

import msgspec

from schema_core.apply.carry_out import Patience, Tell, carry_out
from schema_core.apply.interruption import Interruption, interruptible
from schema_core.dialects.protocol import Dialect, ExecutionError
from schema_core.dialects.revisions_table import RevisionsTable
from schema_core.dialects.target import Target
from schema_core.migrate.file_run import UNSEEN, FileRun
from schema_core.schema.accounts import Account
from schema_core.schema.migration_results import AppliedFile

_NO_TRANSACTION = (
    "Begin the file with '-- atlas:txmode none' and an empty line, or put the statement into a file of its own that "
    "does."
)


class FileTell(msgspec.Struct, frozen=True, kw_only=True):
    """Functions that are told how it goes, to show it; ``statements`` of the files between."""

    begins: Callable[[FileRun], None] = lambda _run: None
    ends: Callable[[AppliedFile], None] = lambda _file: None
    statements: Tell = Tell()


class Executor(msgspec.Struct, frozen=True, kw_only=True):
    """Runs files on a target."""

    target: Target
    dialect: Dialect
    table: RevisionsTable
    patience: Patience
    store_files: bool
    tell: FileTell

    def run(self, runs: Sequence[FileRun], *, all_together: bool) -> tuple[tuple[AppliedFile, ...], int | None]:
        """Run the files in order, up to the first that fails; those after it are not in the result.

        With them comes the number of the signal that ended the run before all files were done, None without one.
        """
        done: list[AppliedFile] = []
        with interruptible(self.target.interrupt) as interruption:
            for group in [list(runs)] if all_together and runs else [[run] for run in runs]:
                if interruption.signal is not None:
                    break
                done += self._run_group(group, interruption)
                if done[-1].account.error is not None:
                    break
        complete = len(done) == len(runs) and all(file.is_done for file in done)
        return tuple(done), None if complete else interruption.signal

    def _run_group(self, group: list[FileRun], interruption: Interruption) -> list[AppliedFile]:
        """Files that share a transaction, or one that is run in whatever way."""
        together = group[0].together
        for run in group:
            self.tell.begins(run)
        ledger = _Ledger(self.table, self.dialect, self.target, group, store_files=self.store_files)
        account = carry_out(
            self.target,
            [statement for run in group for statement in run.rest()],
            in_transaction=together,
            patience=self.patience,
            tell=self.tell.statements,
            ledger=ledger,
            interruption=interruption,
        )
        if account.error is not None and not together:
            self._write_failure(group[0], account, ledger)
        account = self._with_way_out(account)
        files = _files(group, account)
        for file in files:
            self.tell.ends(file)
        return files

    def _with_way_out(self, account: Account) -> Account:
        """Say what to do about a statement that no transaction takes."""
        error = account.error
        if error is None or not account.in_transaction or error.hint is not None:
            return account
        if not self.target.takes_no_transaction(ExecutionError(error.message, code=error.code)):
            return account
        return msgspec.structs.replace(account, error=msgspec.structs.replace(error, hint=_NO_TRANSACTION))

    def _write_failure(self, run: FileRun, account: Account, ledger: _Ledger) -> None:
        """Write down what was refused. What nobody saw the end of keeps the entry that says so."""
        at = account.failed_at
        if account.error is None or at is None or account.count("unknown"):
            return
        revision = run.revision(
            run.applied + account.count("applied"),
            ledger.seconds(),
            error=account.error.message,
            statement=account.statements[at].statement.text,
        )
        with contextlib.suppress(ExecutionError):  # the account says why already, and the entry before stays true
            self.table.write(revision)


class _Ledger:
    """The entries of files whose statements follow each other; see ``apply.ledger``."""

    takes_chunks = True

    def __init__(
        self, table: RevisionsTable, dialect: Dialect, target: Target, runs: Sequence[FileRun], *, store_files: bool
    ) -> None:
        self._table = table
        self._dialect = dialect
        self._target = target
        self._runs = runs
        self._store_files = store_files
        self._started = time.monotonic()
        self._ends: dict[int, FileRun] = {}
        count = 0
        for run in runs:
            count += len(run.statements) - run.applied
            if run.applied < len(run.statements):
                self._ends[count - 1] = run
        self._empty = [run for run in runs if run.applied == len(run.statements)]

    def seconds(self) -> float:
        """How long it takes so far."""
        return time.monotonic() - self._started

    def writes_after(self, index: int) -> bool:
        """At the end of each file."""
        return index in self._ends

    def joins(self, index: int) -> bool:
        """As far as the statement's text tells."""
        run = self._runs[0]
        return self._dialect.may_join(run.statements[run.applied + index])

    def begin(self, index: int) -> None:
        """Inside a transaction of the file's own, what is written down is lost with it."""
        run = self._runs[0]
        at = run.applied + index
        if not self._target.in_transaction():
            self._table.write(run.revision(at, self.seconds(), error=UNSEEN, statement=run.statements[at].text))

    def done(self, index: int) -> None:
        """In a shared transaction only the last statement of a file counts."""
        run = self._ends.get(index)
        if run is not None:
            self._complete(run)
        elif not self._runs[0].together:
            run = self._runs[0]
            self._table.write(run.revision(run.applied + index + 1, self.seconds()))

    def end(self) -> None:
        """Files in which nothing is left to run have an entry as well."""
        for run in self._empty:
            self._complete(run)

    def _complete(self, run: FileRun) -> None:
        self._table.write(run.revision(len(run.statements), self.seconds()))
        if self._store_files:
            self._table.store(run.stored())


def _files(runs: Sequence[FileRun], account: Account) -> list[AppliedFile]:
    """What became of each file; the error is said of the one that it was about, or of the last."""
    found: list[AppliedFile] = []
    start = 0
    for position, run in enumerate(runs):
        stop = start + len(run.statements) - run.applied
        statements = account.statements[start:stop]
        at = account.failed_at
        is_last = position == len(runs) - 1
        is_its = (at is None and is_last) or (at is not None and (start <= at < stop or (is_last and at >= stop)))
        found.append(
            AppliedFile(
                name=run.file.name,
                version=run.file.version,
                description=run.file.description,
                skipped=run.applied,
                account=msgspec.structs.replace(
                    account,
                    statements=statements,
                    error=account.error if is_its else None,
                    failed_at=at - start if is_its and at is not None else None,
                    waits=tuple(
                        msgspec.structs.replace(wait, statement=wait.statement - start)
                        for wait in account.waits
                        if start <= wait.statement < stop
                    ),
                ),
            )
        )
        start = stop
    return found
