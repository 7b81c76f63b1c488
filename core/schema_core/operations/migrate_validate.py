"""``migrate validate``: the sum file, and with a development database every statement."""

from __future__ import annotations

from schema_core import __version__
from schema_core.devdb.development_database import development_database
from schema_core.dialects.protocol import ExecutionError
from schema_core.directory import sums
from schema_core.directory.changeset import from_checkpoint
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.operations.checksum_errors import mismatch_error
from schema_core.schema.errors import UserError
from schema_core.schema.observations import StatementError
from schema_core.schema.results import ChecksumProblem, ValidateResult
from schema_core.sources.replay import ReplayError, replay


def migrate_validate(directory: str, directory_format: str, dev_url: str | None) -> ValidateResult:
    """Check the sum file; with ``dev_url`` also replay the files on it, from the last checkpoint on."""
    opened = MigrationDirectory.open(directory, directory_format, for_apply=False)
    try:
        problems = sums.check(opened)
    except sums.SumError as error:
        return _result(directory, opened, error=StatementError(message=str(error)), error_file=sums.SUM_FILE_NAME)
    if problems:
        mismatch = mismatch_error(opened, problems)
        return _result(directory, opened, problems, error=mismatch, error_file=sums.SUM_FILE_NAME)
    for file in opened.files:
        # A file that no run could read is not valid, whatever its sum says.
        file.directives  # noqa: B018
    if dev_url is None:
        return _result(directory, opened)
    with development_database(dev_url, notify=lambda _: None) as database:
        session = database.connect()
        try:
            replay(session, database.dialect, from_checkpoint(opened.files))
        except ReplayError as error:
            return _result(directory, opened, error=error.error, error_file=error.file.name, replayed=False)
        except ExecutionError as error:
            raise UserError(f"The development database failed: {error.message}") from error
        finally:
            session.close()
    return _result(directory, opened, replayed=True)


def _result(
    directory: str,
    opened: MigrationDirectory,
    problems: tuple[ChecksumProblem, ...] = (),
    *,
    error: StatementError | None = None,
    error_file: str | None = None,
    replayed: bool | None = None,
) -> ValidateResult:
    return ValidateResult(
        tool_version=__version__,
        directory=directory,
        files=len(opened.files),
        valid=error is None,
        problems=problems,
        replayed=replayed,
        error=error,
        error_file=error_file,
    )
