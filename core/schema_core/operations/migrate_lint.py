"""``migrate lint``: which files are new, what they do, and whether they may merge."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from schema_core import __version__
from schema_core.config.lint_settings import LintSettings
from schema_core.devdb.development_database import development_database
from schema_core.dialects.protocol import ExecutionError
from schema_core.directory import sums
from schema_core.directory.changeset import ChangeSet, latest, since_git
from schema_core.directory.formats.registry import ATLAS
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.lint.codes import all_rules, directory_rules, known_codes
from schema_core.lint.engine import LintRun, lint_change_set
from schema_core.lint.judge import judge_change_set
from schema_core.operations.checksum_errors import mismatch_error
from schema_core.schema.errors import UserError
from schema_core.schema.findings import SEVERITIES
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FailOn, FileReport, LintResult, Notice, ServerInfo

Progress = Callable[[str], None]


def migrate_lint(settings: LintSettings, progress: Progress = lambda _: None) -> LintResult:
    """Lint the new files of a migration directory.

    Raises UserError when the run cannot be done (bad input, no development database); what is wrong with the author's
    change is in the result instead.
    """
    started = time.perf_counter()
    unknown = sorted(set(settings.severities) - known_codes())
    if unknown:
        raise UserError(f"No rule has the code {unknown[0]}; docs/rules lists all codes.")
    directory = MigrationDirectory.open(settings.directory, settings.directory_format, for_apply=False)
    problem = _sum_problem(directory)
    change_set = _change_set(settings, directory)
    notices: list[Notice] = []
    run = LintRun()
    server: ServerInfo | None = None
    if problem is None and change_set.new:
        with development_database(
            settings.dev_url, notify=lambda text: notices.append(Notice(message=text))
        ) as database:
            server = database.server
            rules = all_rules(database.dialect.name)
            if not rules:
                raise UserError(f"There are no lint rules for {database.dialect.title} yet.")
            try:
                run = lint_change_set(
                    database,
                    change_set,
                    rules,
                    severities=settings.severities,
                    progress=progress,
                )
            except ExecutionError as error:
                raise UserError(f"The development database failed: {error.message}") from error
    files = _merged(judge_change_set(change_set, directory_rules(), settings.severities), run.files)
    failed = problem is not None or run.base_error is not None or any(_fails(file, settings.fail_on) for file in files)
    return LintResult(
        tool_version=__version__,
        verdict="failed" if failed else "passed",
        fail_on=settings.fail_on,
        directory=settings.directory,
        server=server,
        base_files=len(change_set.replayed()),
        files=files,
        notices=(*notices, *run.notices),
        error=problem or run.base_error,
        error_file=sums.SUM_FILE_NAME if problem is not None else run.base_error_file,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
    )


def _change_set(settings: LintSettings, directory: MigrationDirectory) -> ChangeSet:
    if settings.git_base is not None:
        return since_git(directory, settings.git_base, settings.git_dir)
    return latest(directory, settings.latest or 0)


def _merged(about_files: tuple[FileReport, ...], watched: tuple[FileReport, ...]) -> tuple[FileReport, ...]:
    """One report a file: what is said about a watched file's place in the history joins what was seen of it."""
    names = {report.name for report in watched}
    joined = [
        msgspec.structs.replace(
            report,
            findings=(
                *(finding for other in about_files if other.name == report.name for finding in other.findings),
                *report.findings,
            ),
        )
        for report in watched
    ]
    return (*(report for report in about_files if report.name not in names), *joined)


def _fails(file: FileReport, fail_on: FailOn) -> bool:
    if file.error is not None:
        return True
    if fail_on == "never":
        return False
    threshold = SEVERITIES.index(fail_on)
    return any(SEVERITIES.index(finding.severity) >= threshold for finding in file.findings)


def _sum_problem(directory: MigrationDirectory) -> StatementError | None:
    """What is wrong with the sum file, in one sentence; the directory of another tool may be without one."""
    if directory.sum_text is None and directory.format is not ATLAS:
        return None
    try:
        problems = sums.check(directory)
    except sums.SumError as error:
        return StatementError(message=str(error))
    return mismatch_error(directory, problems) if problems else None
