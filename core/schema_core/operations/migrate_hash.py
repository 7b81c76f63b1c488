"""``migrate hash``: write the sum file anew."""

from __future__ import annotations

from schema_core import __version__
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.directory.sums import SUM_FILE_NAME, of
from schema_core.directory.writing import write_atomically
from schema_core.schema.results import WriteResult


def migrate_hash(directory: str, directory_format: str) -> WriteResult:
    """Compute the directory's sum and write it; raises UserError when the directory cannot be read or written."""
    opened = MigrationDirectory.open(directory, directory_format, for_apply=False)
    for file in opened.files:
        # A file that no run could read must not get a sum that says all is well.
        file.directives  # noqa: B018
    write_atomically(opened.path / SUM_FILE_NAME, of(opened).text().encode())
    return WriteResult(tool_version=__version__, directory=directory, written=(SUM_FILE_NAME,))
