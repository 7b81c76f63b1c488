"""``migrate new``: an empty migration file with the next version, and the sum file with it."""

from __future__ import annotations

from schema_core import __version__
from schema_core.directory.adding import add_file, new_file
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.operations.checksum_errors import require_match
from schema_core.schema.results import WriteResult


def migrate_new(directory: str, directory_format: str, name: str | None) -> WriteResult:
    """Write ``<version>[_<name>].sql`` with the present UTC second as its version, later ones being taken into account.

    Raises UserError when the sum does not match, so that no edit of an older file is covered up.
    """
    opened = MigrationDirectory.open_or_empty(directory, directory_format)
    require_match(opened)
    written = add_file(opened, new_file(opened, name, b""))
    return WriteResult(tool_version=__version__, directory=directory, written=written)
