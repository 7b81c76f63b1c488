"""``migrate adopt``: a database that nobody managed gets a directory, and a revision that says so."""

from __future__ import annotations

import contextlib

import msgspec

from schema_core import __version__
from schema_core.dialects.protocol import ExecutionError
from schema_core.dialects.revisions_table import RevisionsTable
from schema_core.dialects.target import Target
from schema_core.directory import sums
from schema_core.directory.adding import add_file
from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.directory.writing import write_atomically
from schema_core.operations.migrate_diff import MigrateDiffSettings, migrate_diff
from schema_core.operations.on_target import TargetSettings, locked_target, require_database
from schema_core.operations.proven_plan import Progress
from schema_core.operations.revision_rows import new_row
from schema_core.schema.errors import UserError
from schema_core.schema.migration_results import AdoptResult
from schema_core.schema.revisions import BASELINE
from schema_core.text.redact import redact_url


class MigrateAdoptSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``migrate adopt`` was asked for; ``dry_run`` writes nothing and takes no lock."""

    url: str
    directory: str
    name: str = "baseline"
    dev_url: str | None = None
    revisions_schema: str | None = None
    dry_run: bool = False
    target: TargetSettings = TargetSettings()


def migrate_adopt(settings: MigrateAdoptSettings, progress: Progress = lambda _: None) -> AdoptResult:
    """Write the database's schema as the directory's first file, with the sum, and the revision of a baseline.

    The file was run on a development database and led to the database's state. Either all three are there afterwards or
    none. Raises UserError for a directory with files, a database with revisions or without a schema, and for a state
    that no file leads to.
    """
    require_database(settings.url)
    opened = MigrationDirectory.open_or_empty(settings.directory)
    if opened.files:
        raise UserError(
            f"{opened.path} has files already, so the database may be at one of them: say which with "
            "'schema-action migrate apply --baseline VERSION', or name another directory."
        )
    how = settings.target if not settings.dry_run else msgspec.structs.replace(settings.target, lock_name=None)
    with locked_target(settings.url, how) as target:
        table = target.revisions(settings.revisions_schema)
        if revisions := table.read():
            raise UserError(
                f"The database has revisions and is at version {revisions[-1].version}; get the directory that it was "
                "applied from, and run 'schema-action migrate status'."
            )
        diff = migrate_diff(
            MigrateDiffSettings(
                directory=settings.directory,
                directory_format="atlas",
                name=settings.name,
                after=(settings.url,),
                dev_url=settings.dev_url,
                dry_run=True,
            ),
            progress,
        )
        if diff.file is None:
            raise UserError(
                "The database has nothing in it to adopt; write the first migration with 'schema-action migrate diff'."
            )
        file = MigrationFile(diff.file, diff.content.encode())
        written = () if settings.dry_run else _written(target, table, opened, file)
    return AdoptResult(
        tool_version=__version__,
        target=redact_url(settings.url),
        directory=settings.directory,
        file=file.name,
        version=file.version,
        content=diff.content,
        written=written,
        proof=diff.diff.proof,
        notices=diff.diff.notices,
    )


def _written(target: Target, table: RevisionsTable, opened: MigrationDirectory, file: MigrationFile) -> tuple[str, ...]:
    """The file, the sum and the revision; nothing of them when one cannot be written."""
    is_new = not opened.path.exists()
    written = add_file(opened, file)
    entry = dict(sums.compute([file]).entries)[file.name]
    try:
        with target.session.transaction():
            table.prepare()
            table.write(new_row(file, BASELINE, entry))
    except BaseException as error:
        if isinstance(error, ExecutionError) and error.lost:
            raise UserError(
                f"The connection was lost, so it is unknown whether the revision was written: {error.message}. The "
                f"files are in {opened.path}; 'schema-action migrate status' says whether the database has them, "
                f"else run 'schema-action migrate apply --baseline {file.version}'."
            ) from error
        _remove(opened, written, is_new=is_new)
        raise
    return written


def _remove(opened: MigrationDirectory, written: tuple[str, ...], *, is_new: bool) -> None:
    """Leave the directory as it was before."""
    with contextlib.suppress(OSError):
        for name in written:
            (opened.path / name).unlink()
        if opened.sum_text is not None:
            write_atomically(opened.path / sums.SUM_FILE_NAME, opened.sum_text.encode())
        if is_new:
            opened.path.rmdir()
