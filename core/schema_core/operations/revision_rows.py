"""Revisions that are written without running a file."""

from __future__ import annotations

from datetime import UTC, datetime

from schema_core import __version__
from schema_core.directory.files import MigrationFile
from schema_core.schema.revisions import Revision

OPERATOR = f"schema-action v{__version__}"
"""What revisions have as their ``operator_version``."""


def new_row(file: MigrationFile, kind: int, entry: str) -> Revision:
    """A revision of a file that was not run; ``kind`` says why, ``entry`` is its hash in the sum file."""
    return Revision(
        version=file.version,
        description=file.description,
        type=kind,
        executed_at=datetime.now(UTC),
        hash=entry,
        operator_version=OPERATOR,
    )
