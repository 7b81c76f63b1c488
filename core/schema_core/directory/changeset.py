"""Which files of a directory are new."""

from __future__ import annotations

from typing import Literal

import msgspec

from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory


class NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to lint, and why it counts as new."""

    file: MigrationFile
    change: Literal["added", "edited"]


class ChangeSet(msgspec.Struct, frozen=True, kw_only=True):
    """The files to replay first, the files to lint, and what was done to files that were there before."""

    base: tuple[MigrationFile, ...]
    new: tuple[NewFile, ...]
    edited: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    out_of_order: tuple[str, ...] = ()


def latest(directory: MigrationDirectory, count: int) -> ChangeSet:
    """The last ``count`` files are new."""
    split = max(len(directory.files) - count, 0)
    return ChangeSet(
        base=directory.files[:split],
        new=tuple(NewFile(file=file, change="added") for file in directory.files[split:]),
    )
