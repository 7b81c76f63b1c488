"""What a directory format must say, in words that no tool owns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import ClassVar

from schema_core.directory.files import MigrationFile
from schema_core.schema.errors import UserError

Read = Callable[[str], bytes]
"""The content of a file by its name in the directory."""


class DirectoryFormat(ABC):
    """One tool's way to lay out migrations; it sees names and contents, wherever they come from."""

    name: ClassVar[str]
    title: ClassVar[str]
    """As its makers write it."""
    recursive: ClassVar[bool] = False
    """Whether folders within the directory belong to it."""

    @abstractmethod
    def files(self, names: Sequence[str], read: Read) -> tuple[MigrationFile, ...]:
        """The files that are run, in the order in which the tool runs them.

        ``names`` are all files that are there, whatever they are. Raises UserError for what the tool would run and this
        one could not, and for what cannot be told from a mistake.
        """

    @abstractmethod
    def file(self, name: str, data: bytes) -> MigrationFile:
        """One file of the directory."""

    @abstractmethod
    def order_key(self, name: str) -> tuple[object, ...]:
        """What the tool sorts a file by."""

    def is_run(self, name: str) -> bool:
        """Whether a file is one of those that are run, going by its name."""
        return name.endswith(".sql")

    def runs_again(self, name: str) -> bool:
        """Whether the tool runs a file again whenever it has changed, after all others."""
        del name
        return False

    def why_not_applied(self, files: Sequence[MigrationFile]) -> str | None:
        """Why files cannot be run against a database that keeps its history by versions; None where they can.

        Versions are compared as text there, and every file runs once.
        """
        for earlier, later in pairwise(files):
            if earlier.version >= later.version:
                return (
                    f"{self.title} runs {earlier.name} before {later.name}, but a database keeps versions as text, and "
                    f"as text {later.version!r} does not follow {earlier.version!r}; pad the numbers with zeros."
                )
        return None


def summed_names(names: Sequence[str]) -> list[str]:
    """The names that the sum file covers: every SQL file, whether it is run or not, sorted by their bytes."""
    return sorted((name for name in names if name.endswith(".sql")), key=str.encode)


def refuse_equal_numbers(names: Sequence[str], number: Callable[[str], tuple[object, ...]]) -> None:
    """Raise UserError for two sorted names with the same version, as in ``1_a`` and ``01_b``."""
    for earlier, later in pairwise(names):
        if number(earlier) == number(later):
            raise UserError(f"Two files have the same version: {earlier} and {later}; rename one of them.")
