"""``migrate ls``: the directory's files in order."""

from __future__ import annotations

from schema_core import __version__
from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.schema.results import DirectoryFile, ListResult


def migrate_ls(directory: str, directory_format: str, *, latest: bool) -> ListResult:
    """List the files, or only the last one."""
    opened = MigrationDirectory.open(directory, directory_format, for_apply=False)
    files = opened.files[-1:] if latest else opened.files
    return ListResult(
        tool_version=__version__,
        directory=directory,
        files=tuple(map(listed, files)),
    )


def listed(file: MigrationFile) -> DirectoryFile:
    """A file as lists of files show it."""
    return DirectoryFile(
        name=file.name,
        version=file.version,
        description=file.description,
        checkpoint=file.directives.checkpoint is not None,
    )
