"""The table of applied migrations in a database, in words that no engine owns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from schema_core.schema.revisions import Revision, StoredFile


class RevisionsTable(Protocol):
    """Works on the target's own session, in whatever transaction that is in. All methods raise ExecutionError."""

    place: str
    """Where the table is or would be, as SQL names it."""

    def exists(self) -> bool:
        """Whether the table is there."""
        ...

    def prepare(self) -> None:
        """Make the table, and the schema that is its own; give a table of an older release the columns it lacks."""
        ...

    def read(self) -> tuple[Revision, ...]:
        """All rows in byte-wise order of their versions, none without a table; rows that are no file's are left out."""
        ...

    def write(self, revision: Revision) -> None:
        """Make the row, or replace it."""
        ...

    def remove(self, versions: Collection[str]) -> None:
        """Remove rows, and the files that are kept beside them."""
        ...

    def prepare_files(self) -> None:
        """Make the table that keeps files."""
        ...

    def store(self, file: StoredFile) -> None:
        """Keep a file, in place of what was kept for its version."""
        ...

    def stored(self) -> Mapping[str, StoredFile]:
        """The files that are kept, by version; none without a table."""
        ...
