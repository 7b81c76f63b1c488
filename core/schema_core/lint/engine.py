"""The lint run: replay the base, watch every new file, ask every rule, prove every fix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing

import msgspec

from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import Session
from schema_core.directory.changeset import ChangeSet
from schema_core.directory.files import MigrationFile
from schema_core.lint.fixes import prove, rewrite
from schema_core.lint.judge import Judgement, judge
from schema_core.lint.nolint import Suppressions, misplaced
from schema_core.lint.rule import Replacement, Rule
from schema_core.lint.watch import WatchedFile, Watcher
from schema_core.schema.errors import UserError
from schema_core.schema.findings import Finding, Fix, Severity
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FileReport, Notice, StatementReport
from schema_core.sources.replay import ReplayError, replay, replay_file

Progress = Callable[[str], None]
"""Told what is being done, in a few words."""


class LintRun(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found; ``base_error`` and its file are set when the base did not replay and nothing was watched."""

    files: tuple[FileReport, ...] = ()
    notices: tuple[Notice, ...] = ()
    base_error: StatementError | None = None
    base_error_file: str | None = None


def lint_change_set(
    database: DevelopmentDatabase,
    change_set: ChangeSet,
    rules: Sequence[Rule],
    *,
    severities: Mapping[str, Severity | None] | None = None,
    progress: Progress = lambda _: None,
) -> LintRun:
    """Replay the change set's base on an empty development database, then watch and judge its new files.

    ``severities`` overrides the severity of codes; None switches a code off. Raises ExecutionError when the server goes
    away.
    """
    session = database.connect()
    try:
        base = change_set.replayed()
        progress(f"replaying the base ({len(base)})")
        replay(session, database.dialect, base)
    except ReplayError as error:
        return LintRun(base_error=error.error, base_error_file=error.file.name)
    finally:
        session.close()
    database.keep_base()
    run = _Run(database, change_set, rules, severities or {}, progress)
    run.watch_all()
    return LintRun(files=tuple(run.reports), notices=tuple(run.notices))


class _Run:
    """Collects the reports of one run."""

    def __init__(
        self,
        database: DevelopmentDatabase,
        change_set: ChangeSet,
        rules: Sequence[Rule],
        severities: Mapping[str, Severity | None],
        progress: Progress,
    ) -> None:
        self._database = database
        self._change_set = change_set
        self._rules = rules
        self._severities = severities
        self._progress = progress
        self._directory = sorted([*change_set.base, *change_set.new], key=lambda file: file.name.encode())
        self._earlier: list[MigrationFile] = []
        self.reports: list[FileReport] = []
        self.notices: list[Notice] = []

    def watch_all(self) -> None:
        """Watch files in order, then checkpoints, which databases that have the files before them never run."""
        checkpoints = [file for file in self._change_set.new if file.directives.checkpoint is not None]
        self._watch_in_order([file for file in self._change_set.new if file not in checkpoints])
        for file in checkpoints:
            self._watch_checkpoint(file)

    def _watch_checkpoint(self, file: MigrationFile) -> None:
        """Run a checkpoint as an empty database would."""
        self._progress(f"watching {file.name}")
        if not self._database.can_copy:
            self.notices.append(
                Notice(
                    message="The checkpoint was not run: that takes a second database, which the development "
                    "database's user may not create.",
                    file=file.name,
                )
            )
            return
        with self._database.empty() as session:
            watcher = Watcher(session, self._database.dialect)
            self.reports.append(self._report(watcher.watch(file), watcher))

    def _watch_in_order(self, files: Sequence[MigrationFile]) -> None:
        """After a file that stops half-way, the state is not what later ones expect."""
        with ExitStack() as open_sessions:
            session = open_sessions.enter_context(closing(self._database.connect()))
            watcher = Watcher(session, self._database.dialect)
            for number, file in enumerate(files, 1):
                self._progress(f"watching {file.name} ({number} of {len(files)})")
                if file.directives.nolint == ():
                    try:
                        replay_file(session, self._database.dialect, file)
                    except ReplayError as error:
                        self.reports.append(FileReport(name=file.name, change="added", skipped=True, error=error.error))
                        break
                    watcher.catch_up()
                    self.reports.append(FileReport(name=file.name, change="added", skipped=True))
                else:
                    created = watcher.new()
                    watched = watcher.watch(file)
                    if watched.runs_together:
                        session = self._as_before(file, open_sessions)
                        watcher = Watcher(session, self._database.dialect, created)
                        watched = watcher.watch_together(file)
                    self.reports.append(self._report(watched, watcher))
                    if watched.stopped is not None:
                        break
                self._earlier.append(file)
        for file in files[len(self.reports) :]:
            self.notices.append(
                Notice(message="Not looked at, because the file before it does not run.", file=file.name)
            )

    def _as_before(self, file: MigrationFile, open_sessions: ExitStack) -> Session:
        """A session to a copy of the base that has seen all new files before this one.

        Raises UserError when no copy can be made.
        """
        self._progress(f"watching {file.name} again, its statements together")
        session = open_sessions.enter_context(self._database.copy_of_base())
        try:
            replay(session, self._database.dialect, self._earlier)
        except ReplayError as error:
            raise UserError(f"{error.file.name} ran once, but not on a copy of the base: {error}") from error
        return session

    def _report(self, watched: WatchedFile, watcher: Watcher) -> FileReport:
        judgements = judge(watched, watcher.server, self._rules, self._severities)
        suppressions = Suppressions(watched.file.name, watched.file.directives.comments, watched.statements)
        kept, silenced = suppressions.apply((item.finding, item.analyzer) for item in judgements)
        self.notices += suppressions.unused()
        self.notices += misplaced(watched.file.source(), watched.file.directives.comments, watched.statements)
        fix, fixed = self._fix(watched, judgements, kept)
        if fix is not None:
            kept = tuple(msgspec.structs.replace(finding, fix=fix) if finding in fixed else finding for finding in kept)
        watched_steps = [
            StatementReport(statement=step.observed.statement, observation=step.observed.observation)
            for step in watched.steps
        ]
        unwatched = [
            StatementReport(statement=statement, observation=None)
            for statement in watched.statements[len(watched.steps) :]
        ]
        return FileReport(
            name=watched.file.name,
            change="added",
            statements=(*watched_steps, *unwatched),
            findings=kept,
            suppressed=silenced,
            error=watched.stopped or watched.apply_error,
        )

    def _fix(
        self, watched: WatchedFile, judgements: Sequence[Judgement], kept: Sequence[Finding]
    ) -> tuple[Fix | None, list[Finding]]:
        """One proven fix for all findings of the file whose rules know a replacement."""
        fixable = [item for item in judgements if item.replacement is not None and item.finding in kept]
        replacements: dict[int, Replacement] = {}
        for item in fixable:
            if item.finding.statement is not None and item.replacement is not None:
                replacements.setdefault(item.finding.statement, item.replacement)
        if not replacements or watched.stopped is not None:
            return None, []
        if not self._database.can_copy:
            message = "A fix was not proposed: this development database cannot be copied, so it could not be proven."
            self.notices.append(Notice(message=message, file=watched.file.name))
            return None, []
        rewritten = rewrite(watched, replacements, self._directory)
        if rewritten is None:
            return None, []
        self._progress(f"proving a fix for {watched.file.name}")
        try:
            fix = prove(self._database, self._directory, self._earlier, watched, rewritten)
        except UserError as error:
            self.notices.append(Notice(message=f"A fix could not be proven: {error}", file=watched.file.name))
            return None, []
        return fix, [item.finding for item in fixable]
