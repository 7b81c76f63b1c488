"""``migrate apply``: run what a database lacks of a migration directory, each file once."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from schema_core import __version__
from schema_core.dialects.protocol import Dialect
from schema_core.dialects.registry import dialect_of_url
from schema_core.dialects.revisions_table import RevisionsTable
from schema_core.dialects.target import Target
from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.migrate.execution import Executor, FileTell
from schema_core.migrate.file_run import FileRun, Preparation, TransactionMode, settled
from schema_core.migrate.history import History
from schema_core.migrate.pending import Choice, chosen, pending_files, require_same_history
from schema_core.operations.checksum_errors import require_match
from schema_core.operations.on_target import TargetSettings, locked_target, require_database
from schema_core.operations.revision_rows import OPERATOR, new_row
from schema_core.schema.errors import UserError
from schema_core.schema.migration_results import MigrateApplyResult, PendingFile
from schema_core.schema.results import ApplyStatus, Notice
from schema_core.schema.revisions import BASELINE, BOOKKEEPING
from schema_core.text.redact import redact_url

_CONTROLS_ITSELF = (
    "{} begins or ends transactions itself, so it is run statement by statement, and what it does not put into a "
    "transaction is not in one."
)


class MigrateApplySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``migrate apply`` was asked for."""

    url: str
    directory: str
    directory_format: str = "atlas"
    revisions_schema: str | None = None
    choice: Choice = Choice()
    transaction_mode: TransactionMode = "file"
    baseline: str | None = None
    allow_dirty: bool = False
    dry_run: bool = False
    store_files: bool = False
    target: TargetSettings = TargetSettings()


def migrate_apply(settings: MigrateApplySettings, tell: FileTell | None = None) -> MigrateApplyResult:
    """Run the files that are left, under the lock, and write down each.

    A dry run reads and writes nothing, not even the revisions table or the lock. Raises UserError when the directory or
    the database's history does not allow it; what a statement was refused for is in the result.
    """
    started = time.monotonic()
    require_database(settings.url)
    if settings.baseline is not None and settings.allow_dirty:
        raise UserError("Pass either --baseline or --allow-dirty: a baseline says what is there already.")
    directory = MigrationDirectory.open(settings.directory, settings.directory_format)
    require_match(directory)
    for file in directory.files:
        file.directives  # noqa: B018 - a directive that makes no sense is refused before anything is run
    how = settings.target if not settings.dry_run else msgspec.structs.replace(settings.target, lock_name=None)
    with locked_target(settings.url, how) as target:
        run = _Run(settings, directory, target, target.revisions(settings.revisions_schema))
        result = run.planned() if settings.dry_run else run.carried_out(tell or FileTell())
    return msgspec.structs.replace(result, duration_ms=round((time.monotonic() - started) * 1000, 1))


class _Run:
    def __init__(
        self, settings: MigrateApplySettings, directory: MigrationDirectory, target: Target, table: RevisionsTable
    ) -> None:
        self._settings = settings
        self._dialect: Dialect = dialect_of_url(settings.url)
        self._target = target
        self._table = table
        self._history = History(directory, table.read())
        self._pending = self._choose()
        self._runs = self._prepare()

    def _choose(self) -> tuple[MigrationFile, ...]:
        settings, history = self._settings, self._history
        if history.revisions:
            if settings.baseline is not None:
                raise UserError(
                    f"--baseline is for the first run, and the database is at version {history.revisions[-1].version}; "
                    "leave it out, or say where the database is with 'schema-action migrate set VERSION'."
                )
            require_same_history(history)
        elif settings.baseline is not None:
            base = history.file_of(settings.baseline)
            if base is None:
                raise UserError(
                    f"The directory has no version {settings.baseline!r} for --baseline; 'schema-action migrate ls' "
                    "lists them."
                )
            after = history.files[history.files.index(base) + 1 :]
            due = [file for file in after if file.directives.checkpoint is None]
            return chosen(due, settings.choice, history)
        elif not settings.allow_dirty:
            self._require_clean()
        return pending_files(history, settings.choice)

    def _require_clean(self) -> None:
        found = [
            item
            for item in self._dialect.contents(self._settings.url)
            if not any(f'"{name}"' in item for name in BOOKKEEPING)
        ]
        if found:
            raise UserError(
                f"The connected database is not clean: found {found[0]}. Say which version it is at with --baseline, "
                "or pass --allow-dirty if the first file is to be run beside what is there."
            )

    def _prepare(self) -> tuple[FileRun, ...]:
        preparation = Preparation(
            dialect=self._dialect,
            history=self._history,
            mode=self._settings.transaction_mode,
            hashes=self._history.hashes() if self._pending else {},
            operator_version=OPERATOR,
        )
        return tuple(preparation.prepare(file) for file in self._pending)

    def planned(self) -> MigrateApplyResult:
        return self._result("planned" if self._pending else "synced")

    def carried_out(self, tell: FileTell) -> MigrateApplyResult:
        settings = self._settings
        if not self._pending and settings.baseline is None:
            return self._result("synced")
        self._table.prepare()
        if settings.store_files:
            self._table.prepare_files()
        if settings.baseline is not None:
            file = self._history.file_of(settings.baseline)
            assert file is not None
            self._table.write(new_row(file, BASELINE, self._history.hashes()[file.version]))
        executor = Executor(
            target=self._target,
            dialect=self._dialect,
            table=self._table,
            patience=settings.target.patience,
            store_files=settings.store_files,
            tell=tell,
        )
        runs = [settled(run, self._target) for run in self._runs]
        files, interrupted = executor.run(runs, all_together=settings.transaction_mode == "all")
        result = msgspec.structs.replace(self._result("applied"), files=files, interrupted=interrupted)
        failed = result.error is not None or len(files) < len(runs)
        return msgspec.structs.replace(result, status="failed") if failed else result

    def _result(self, status: ApplyStatus) -> MigrateApplyResult:
        last = self._history.last
        return MigrateApplyResult(
            tool_version=__version__,
            target=redact_url(self._settings.url),
            directory=self._settings.directory,
            server=self._target.session.server(),
            status=status,
            current=last.version if last is not None else self._settings.baseline,
            aim=self._pending[-1].version if self._pending else None,
            baseline=self._settings.baseline,
            pending=tuple(_pending(run) for run in self._runs),
            notices=_notices(self._runs),
        )


def _pending(run: FileRun) -> PendingFile:
    file = run.file
    return PendingFile(
        name=file.name,
        version=file.version,
        description=file.description,
        statements=tuple(statement.text for statement in run.rest()),
    )


def _notices(runs: Sequence[FileRun]) -> tuple[Notice, ...]:
    return tuple(
        Notice(message=_CONTROLS_ITSELF.format(run.file.name), file=run.file.name)
        for run in runs
        if run.controls_itself and run.file.directives.txmode != "none"
    )
