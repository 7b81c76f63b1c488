"""What is written down in a database about the migration files that it has had.

The table, its columns and their meaning are those of the reference, section 2.6, so that a database can go
over and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

REVISIONS = "atlas_schema_revisions"
"""Name of the table, and of the schema that is made for it where the URL names none."""
STORED_FILES = "schema_action_stored_files"
"""Name of the table beside it that keeps the text of applied files, where that was asked for."""
BOOKKEEPING = frozenset({REVISIONS, STORED_FILES})

BASELINE = 1
EXECUTED = 2
RESOLVED = 4

_WORDS = {
    BASELINE: "baseline",
    EXECUTED: "applied",
    RESOLVED: "manually set",
    EXECUTED | RESOLVED: "applied + manually set",
}
_INTERNAL = "."
"""How versions of rows begin that are no file's."""


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One row: a version, how it got there, and how far it is.

    ``type`` holds the bits above. ``applied`` of ``total`` statements are done. ``execution_time`` is in nanoseconds.
    ``hash`` is the file's entry in the sum file, without ``h1:``; ``partial_hashes`` has an entry for each statement
    that was applied, as long as not all are.
    """

    version: str
    description: str
    type: int = EXECUTED
    applied: int = 0
    total: int = 0
    executed_at: datetime
    execution_time: int = 0
    error: str = ""
    error_stmt: str = ""
    hash: str
    partial_hashes: tuple[str, ...] = ()
    operator_version: str

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the file is left to do: all of it was applied, or somebody said so."""
        return bool(self.type & (BASELINE | RESOLVED)) or self.applied >= self.total

    @property
    def type_in_words(self) -> str:
        """As ``migrate status`` calls the type."""
        return _WORDS.get(self.type, f"unknown ({self.type})")

    @property
    def is_internal(self) -> bool:
        """Whether the row is about the database itself rather than a file."""
        return self.version.startswith(_INTERNAL)


def revision_of_row(row: Mapping[str, Any], executed_at: datetime, partial_hashes: Sequence[str]) -> Revision:
    """The revision of a row by the names of its columns, of which a table of an older release may lack some.

    What engines write in their own ways, a time and a list, is given as read by the dialect.
    """
    return Revision(
        version=row["version"],
        description=row.get("description") or "",
        type=row.get("type", EXECUTED),
        applied=row.get("applied", 0),
        total=row.get("total", 0),
        executed_at=executed_at,
        execution_time=row.get("execution_time", 0),
        error=row.get("error") or "",
        error_stmt=row.get("error_stmt") or "",
        hash=row.get("hash") or "",
        partial_hashes=tuple(partial_hashes),
        operator_version=row.get("operator_version") or "",
    )


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a file as it was applied."""

    version: str
    name: str
    content: bytes
