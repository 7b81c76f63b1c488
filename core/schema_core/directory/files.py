"""One migration file."""

from __future__ import annotations

import codecs
from functools import cached_property
from typing import ClassVar

from schema_core.directory.file_directives import FileDirectives, read_directives
from schema_core.schema.errors import UserError
from schema_core.sqltext.source import SourceText


class MigrationFile:
    """A file of the directory: its name, its bytes (what the sum covers) and what follows from them."""

    of_another_tool: ClassVar[bool] = False

    def __init__(self, name: str, data: bytes) -> None:
        """Take a file name without its folder, and the file's bytes."""
        self.name = name
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MigrationFile) and (self.name, self.data) == (other.name, other.data)

    def __hash__(self) -> int:
        return hash((self.name, self.data))

    @property
    def version(self) -> str:
        """The name up to the first underscore, or the whole stem (reference: migration directory, names)."""
        return self.name.removesuffix(".sql").partition("_")[0]

    @property
    def description(self) -> str:
        """The name after the first underscore; empty when there is none."""
        return self.name.removesuffix(".sql").partition("_")[2]

    def with_data(self, data: bytes) -> MigrationFile:
        """The same file with another content."""
        return MigrationFile(self.name, data)

    @cached_property
    def _written(self) -> SourceText:
        if self.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise UserError(f"{self.name} is UTF-16; save it as UTF-8 without a byte order mark.")
        if self.data.startswith(codecs.BOM_UTF8):
            raise UserError(f"{self.name} begins with a byte order mark; save it as UTF-8 without one.")
        if (at := self.data.find(b"\0")) >= 0:
            raise UserError(f"{self.name} is no text file: there is a NUL byte at offset {at}.")
        try:
            return SourceText(self.name, self.data)
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start) + 1
            raise UserError(f"{self.name}:{line} is not UTF-8 (byte {error.start}); save the file as UTF-8.") from error

    def written(self) -> SourceText:
        """The text as it is in the file; raises UserError when it is not UTF-8 text."""
        return self._written

    def source(self) -> SourceText:
        """The SQL that is run, every byte at its place in the file; raises UserError when there is none to read."""
        return self._written

    @cached_property
    def directives(self) -> FileDirectives:
        """What the file's leading comments say; raises UserError for a directive that makes no sense."""
        return read_directives(self.source())
