"""A new migration file, and the sum file that lists it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schema_core.directory import sums
from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.registry import ATLAS
from schema_core.directory.migration_directory import MigrationDirectory, directory_path
from schema_core.directory.writing import write_atomically
from schema_core.schema.errors import UserError


def new_file(directory: MigrationDirectory, name: str | None, data: bytes) -> MigrationFile:
    """A file with the present UTC second as its version, or the first after it that no file has; nothing is written.

    Raises UserError for a name that cannot be part of a file's, and for the directory of another tool.
    """
    if directory.format is not ATLAS:
        raise UserError(
            f"Files of {directory.format.title} are read but not written; make the file with that tool, or with "
            "'schema-action schema diff' for its SQL."
        )
    stem = _checked(name)
    taken = {file.version for file in directory.files}
    moment = datetime.now(UTC)
    while (version := f"{moment:%Y%m%d%H%M%S}") in taken:
        moment += timedelta(seconds=1)
    return MigrationFile(f"{version}{stem}.sql", data)


def add_file(directory: MigrationDirectory, file: MigrationFile) -> tuple[str, ...]:
    """Write a new file and the sum, the directory too when it is missing; returns the names of what was written.

    Either both are there afterwards or neither; raises UserError.
    """
    directory_path(str(directory.path), create=True)
    files = sorted([*directory.files, file], key=lambda each: each.name.encode())
    write_atomically(directory.path / file.name, file.data, new=True)
    try:
        write_atomically(directory.path / sums.SUM_FILE_NAME, sums.compute(files).text().encode())
    except BaseException:
        # A file without its line in the sum would make every later command fail.
        (directory.path / file.name).unlink()
        raise
    return (file.name, sums.SUM_FILE_NAME)


def _checked(name: str | None) -> str:
    """The name as a part of the file's name, with its underscore."""
    if not name:
        return ""
    if "h1:" in name or any(character in "/\\\0" or not character.isprintable() for character in name):
        raise UserError(f"{name!r} cannot be part of a file name; use letters, digits, '_' and '-'.")
    if len(name.encode()) > 200:
        raise UserError("The name is longer than a file name may be; use at most 200 bytes.")
    return "_" + "_".join(name.split())
