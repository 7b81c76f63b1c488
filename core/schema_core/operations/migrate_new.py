"""``migrate new``: an empty migration file with the next version, and the sum file with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schema_core import __version__
from schema_core.directory import sums
from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory, directory_path
from schema_core.directory.writing import write_atomically
from schema_core.operations.checksum_errors import mismatch_error
from schema_core.schema.errors import UserError
from schema_core.schema.results import WriteResult


def migrate_new(directory: str, directory_format: str, name: str | None) -> WriteResult:
    """Write ``<version>[_<name>].sql`` with the present UTC second as its version, later ones being taken into account.

    Raises UserError when the sum does not match, so that no edit of an older file is covered up.
    """
    stem = _checked(name)
    directory_path(directory, directory_format, create=True)
    opened = MigrationDirectory.open(directory, directory_format)
    try:
        problems = sums.check(opened)
    except sums.SumError as error:
        raise UserError(str(error)) from error
    if problems:
        mismatch = mismatch_error(opened, problems)
        raise UserError(f"{mismatch.message}. {mismatch.hint}")
    file = MigrationFile(f"{_version(opened)}{stem}.sql", b"")
    files = sorted([*opened.files, file], key=lambda each: each.name.encode())
    write_atomically(opened.path / file.name, file.data, new=True)
    try:
        write_atomically(opened.path / sums.SUM_FILE_NAME, sums.compute(files).text().encode())
    except BaseException:
        # A file without its line in the sum would make every later command fail.
        (opened.path / file.name).unlink()
        raise
    return WriteResult(tool_version=__version__, directory=directory, written=(file.name, sums.SUM_FILE_NAME))


def _checked(name: str | None) -> str:
    """The name as a part of the file's name, with its underscore; raises UserError for one that cannot be."""
    if not name:
        return ""
    if "h1:" in name or any(character in "/\\\0" or not character.isprintable() for character in name):
        raise UserError(f"{name!r} cannot be part of a file name; use letters, digits, '_' and '-'.")
    if len(name.encode()) > 200:
        raise UserError("The name is longer than a file name may be; use at most 200 bytes.")
    return "_" + "_".join(name.split())


def _version(directory: MigrationDirectory) -> str:
    """The present UTC second, or the first after it that no file has."""
    taken = {file.version for file in directory.files}
    moment = datetime.now(UTC)
    while (version := f"{moment:%Y%m%d%H%M%S}") in taken:
        moment += timedelta(seconds=1)
    return version
