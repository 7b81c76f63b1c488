"""``migrate import``: another tool's directory as one of Atlas's."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from schema_core import __version__
from schema_core.devdb.development_database import DevelopmentDatabase, development_database
from schema_core.dialects.protocol import ExecutionError, Inspection, Scope
from schema_core.diff.by_name import compare_by_name
from schema_core.directory import sums
from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.registry import ATLAS
from schema_core.directory.importing import ImportedFile, imported
from schema_core.directory.migration_directory import MigrationDirectory, chosen_format, local_path
from schema_core.directory.writing import write_atomically
from schema_core.schema.errors import UserError
from schema_core.schema.migration_results import ImportedName, ImportResult
from schema_core.sources.replay import ReplayError, replay
from schema_core.text.truncate import counted_list


class MigrateImportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``migrate import`` was asked for; without ``dev_url`` the result is not proven."""

    source: str
    destination: str
    dev_url: str | None = None


def migrate_import(settings: MigrateImportSettings) -> ImportResult:
    """Write what leads forward in the other tool's files as a directory with a sum.

    With a development database both directories are run there and must lead to the same state. Raises UserError for a
    destination that holds something, for what cannot be converted, and for what does not run; nothing is written then.
    """
    if chosen_format(settings.source) is ATLAS:
        raise UserError(
            "--from is a directory of Atlas already; say the tool's name, as in --from 'file://migrations?format=goose'."
        )
    opened = MigrationDirectory.open(settings.source, for_apply=False)
    path = _empty(settings.destination)
    files = imported(opened)
    if not files:
        raise UserError(f"There is nothing to import in {opened.path}: no file of {opened.format.title} is there.")
    if settings.dev_url is not None:
        with development_database(settings.dev_url, notify=lambda _: None) as database:
            _require_same(database, files)
    written = _written(path, [item.file for item in files])
    return ImportResult(
        tool_version=__version__,
        source=settings.source,
        destination=settings.destination,
        format=opened.format.name,
        files=tuple(
            ImportedName(source=item.source.name, name=item.file.name, version=item.file.version) for item in files
        ),
        written=written,
        proven=settings.dev_url is not None,
    )


def _empty(destination: str) -> Path:
    if chosen_format(destination) is not ATLAS:
        raise UserError("--to is written as a directory of Atlas; leave out its format.")
    path = local_path(destination)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UserError(f"{path} is there already and not an empty directory; name another one with --to.")
    return path


def _require_same(database: DevelopmentDatabase, files: Sequence[ImportedFile]) -> None:
    """Raise UserError where the new files lead somewhere else than the old ones."""
    before = _state(database, [item.source for item in files])
    after = _state(database, [item.file for item in files])
    changes = compare_by_name(before.realm, after.realm)
    if changes or before.unmodelled != after.unmodelled:
        kinds = counted_list([type(change).__name__.lower() for change in changes], 5) or "what is not modelled differs"
        raise UserError(
            f"The imported files do not lead to the state of the old ones ({kinds}), which is a defect of this tool; "
            "nothing was written."
        )


def _state(database: DevelopmentDatabase, files: Sequence[MigrationFile]) -> Inspection:
    with database.scratch() as session:
        try:
            replay(session, database.dialect, files)
            return session.inspect(Scope())
        except ReplayError as error:
            position = error.error.position
            place = f":{position.line}:{position.column}" if position is not None else ""
            raise UserError(
                f"{error.file.name}{place}: {error.error.message.rstrip('.')}. Nothing was written."
            ) from error
        except ExecutionError as error:
            raise UserError(f"The development database failed: {error.message}") from error


def _written(path: Path, files: Sequence[MigrationFile]) -> tuple[str, ...]:
    """Write all files beside the destination and move them there at once."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".schema-action-", dir=path.parent))
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from error
    try:
        for file in files:
            write_atomically(stage / file.name, file.data, new=True)
        write_atomically(stage / sums.SUM_FILE_NAME, sums.compute(files).text().encode())
        stage.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o755)
        stage.replace(path)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(stage)
    return (*(file.name for file in files), sums.SUM_FILE_NAME)
