"""``migrate set``: say which version of a directory a database is at, without running anything."""

from __future__ import annotations

from typing import Literal

import msgspec

from schema_core import __version__
from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.migrate.history import History
from schema_core.operations.checksum_errors import require_match
from schema_core.operations.on_target import LOCK_NAME, TargetSettings, locked_target, require_database
from schema_core.operations.revision_rows import new_row
from schema_core.schema.errors import UserError
from schema_core.schema.migration_results import SetResult, SetRevision
from schema_core.schema.revisions import RESOLVED, Revision
from schema_core.text.redact import redact_url


class MigrateSetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What ``migrate set`` was asked for; without a version, the newest one."""

    url: str
    directory: str
    directory_format: str = "atlas"
    version: str | None = None
    revisions_schema: str | None = None
    lock_name: str | None = LOCK_NAME
    lock_timeout: float = 0.0


def migrate_set(settings: MigrateSetSettings) -> SetResult:
    """Change the revisions, all in one transaction, to those of a database that had the files up to the version.

    Later revisions and those of files that the directory lacks are removed; a file that was applied in part counts as
    done; files without a revision get one; the hashes are those of the directory as it is. Raises UserError for a
    version that the directory has not, and when another run has the database.
    """
    require_database(settings.url)
    directory = MigrationDirectory.open(settings.directory, settings.directory_format)
    require_match(directory)
    how = TargetSettings(lock_name=settings.lock_name, lock_timeout=settings.lock_timeout)
    with locked_target(settings.url, how) as target:
        table = target.revisions(settings.revisions_schema)
        history = History(directory, table.read())
        last = _last_file(settings, history)
        removed = _removed(history, last)
        written = _written(history, last) if last is not None else []
        with target.session.transaction():
            if written:
                table.prepare()
            if removed:
                table.remove([revision.version for revision in removed])
            for revision, _ in written:
                table.write(revision)
    return SetResult(
        tool_version=__version__,
        target=redact_url(settings.url),
        directory=settings.directory,
        current=last.version if last is not None else None,
        revisions=(
            *(change for _, change in written),
            *(SetRevision(version=item.version, description=item.description, change="removed") for item in removed),
        ),
    )


def _last_file(settings: MigrateSetSettings, history: History) -> MigrationFile | None:
    """The file that the database is at; None for a directory without files."""
    if settings.version is None:
        if not history.revisions:
            raise UserError(
                "The database has no revisions, so say which version it is at: 'schema-action migrate set VERSION'."
            )
        return history.files[-1] if history.files else None
    file = history.file_of(settings.version)
    if file is None:
        raise UserError(
            f"The directory has no version {settings.version!r}; 'schema-action migrate ls' lists those it has."
        )
    return file


def _removed(history: History, last: MigrationFile | None) -> list[Revision]:
    kept = {file.version for file in history.files[: history.files.index(last) + 1]} if last is not None else set()
    squashed = {item.version for item in history.revisions} - {item.version for item in history.missing}
    return [
        revision
        for revision in history.revisions
        if revision.version not in kept and (history.file_of(revision.version) or revision.version not in squashed)
    ]


def _written(history: History, last: MigrationFile) -> list[tuple[Revision, SetRevision]]:
    """Revisions to write, with what is said of each.

    Files before the first revision stay without one while that is kept: a baseline or a checkpoint stands for them.
    """
    hashes = history.hashes()
    stop = history.files.index(last)
    places = [index for index, file in enumerate(history.files) if history.revision_of(file) is not None]
    begin = places[0] if places and places[0] <= stop else 0
    found: list[tuple[Revision, SetRevision]] = []
    change: Literal["set", "rehashed"]
    for file in history.files[begin : stop + 1]:
        revision = history.revision_of(file)
        if revision is None:
            written, change = new_row(file, RESOLVED, hashes[file.version]), "set"
        elif not revision.is_complete:
            written, change = (
                msgspec.structs.replace(revision, type=revision.type | RESOLVED, hash=hashes[file.version]),
                "set",
            )
        elif revision.hash != hashes[file.version]:
            written, change = msgspec.structs.replace(revision, hash=hashes[file.version]), "rehashed"
        else:
            continue
        found.append((written, SetRevision(version=file.version, description=file.description, change=change)))
    return found
