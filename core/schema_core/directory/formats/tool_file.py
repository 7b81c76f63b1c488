"""A file of another tool: on disk as the tool has it, as SQL only what leads forward."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import ClassVar

import msgspec

from schema_core.directory.file_directives import FileDirectives, read_directives
from schema_core.directory.files import MigrationFile
from schema_core.schema.errors import UserError
from schema_core.sqltext.source import SourceText

_NO_LINE_BREAK = re.compile(rb"[^\r\n]")


class Forward(msgspec.Struct, frozen=True, kw_only=True):
    """What of a file leads forward: byte ranges of whole lines, in order, and whether they share a transaction.

    ``transaction`` is None where the tool's marks do not say.
    """

    kept: tuple[tuple[int, int], ...]
    transaction: bool | None = None


Parse = Callable[[SourceText], Forward]


class ToolFile(MigrationFile):
    """A file whose text is blank where the tool's marks and its way back stand, so that every place stays true."""

    of_another_tool: ClassVar[bool] = True

    def __init__(
        self, name: str, data: bytes, *, version: str, description: str, parse: Parse, delimiters: bool = False
    ) -> None:
        """Take what the name means to the tool, and the reader of its marks.

        ``delimiters`` says whether Atlas reads ``atlas:delimiter`` in files of this tool.
        """
        super().__init__(name, data)
        self._version = version
        self._description = description
        self._parse = parse
        self._delimiters = delimiters

    @property
    def version(self) -> str:
        """The version as the tool has it."""
        return self._version

    @property
    def description(self) -> str:
        """The description as the tool has it."""
        return self._description

    def with_data(self, data: bytes) -> MigrationFile:
        """The same file with another content."""
        return ToolFile(
            self.name,
            data,
            version=self._version,
            description=self._description,
            parse=self._parse,
            delimiters=self._delimiters,
        )

    @cached_property
    def _forward(self) -> Forward:
        return self._parse(self.written())

    @cached_property
    def _forward_source(self) -> SourceText:
        return SourceText(self.name, blanked(self.data, self._forward.kept))

    def source(self) -> SourceText:
        """What leads forward, with everything else blank; raises UserError for marks that make no sense."""
        return self._forward_source

    @cached_property
    def directives(self) -> FileDirectives:
        """The directives of Atlas that may stand at the top, and what the tool's marks say of the transaction."""
        found = read_directives(self.written())
        if found.checkpoint is not None:
            raise UserError(f"{self.name}: only a directory of Atlas has checkpoints; take atlas:checkpoint out.")
        if found.delimiter is not None and not self._delimiters:
            raise UserError(f"{self.name}: atlas:delimiter has no meaning beside the tool's own marks; take it out.")
        transaction = self._forward.transaction
        if transaction is None or (transaction and found.txmode is None):
            return found
        said = "file" if transaction else "none"
        if found.txmode not in (None, said):
            raise UserError(
                f"{self.name}: atlas:txmode says {found.txmode}, and the tool's own mark says otherwise; keep one."
            )
        return msgspec.structs.replace(found, txmode=said)


def blanked(data: bytes, kept: Sequence[tuple[int, int]]) -> bytes:
    """The data with spaces in place of everything outside the ranges; line breaks stay."""
    pieces = []
    at = 0
    for start, end in kept:
        pieces += [_NO_LINE_BREAK.sub(b" ", data[at:start]), data[start:end]]
        at = end
    pieces.append(_NO_LINE_BREAK.sub(b" ", data[at:]))
    return b"".join(pieces)


class Line(msgspec.Struct, frozen=True):
    """One line of a file: its number, the byte range with its end, and its text without."""

    number: int
    start: int
    end: int
    text: str


def lines_of(source: SourceText) -> list[Line]:
    """All lines; only a line feed ends one, as in every tool."""
    lines = []
    start = 0
    for number, raw in enumerate(source.data.split(b"\n"), 1):
        end = min(start + len(raw) + 1, len(source.data))
        lines.append(Line(number, start, end, raw.decode("utf-8").removesuffix("\r")))
        start = end
    return lines


def whole(source: SourceText) -> Forward:
    """A file that is nothing but the way forward."""
    return Forward(kept=((0, len(source.data)),))
