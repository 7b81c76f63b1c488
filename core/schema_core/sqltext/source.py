"""A SQL file's text with fast conversion between byte offsets, characters, lines and columns."""

from __future__ import annotations

from bisect import bisect_right

from schema_core.schema.statements import Position, Span


class SourceText:
    """The decoded text of one file.

    Line and column are computed from an index of line starts that is built once, so that a position costs a binary
    search and the decoding of one line.
    """

    __slots__ = ("_line_starts", "data", "name", "text")

    def __init__(self, name: str, data: bytes) -> None:
        """Take a file's name and UTF-8 bytes; raises UnicodeDecodeError for anything else."""
        self.name = name
        self.data = data
        self.text = data.decode("utf-8")
        starts = [0]
        at = data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = data.find(b"\n", at + 1)
        self._line_starts = starts

    def position(self, offset: int) -> Position:
        """The position of a byte offset (0 to the length of the data)."""
        line = bisect_right(self._line_starts, offset)
        start = self._line_starts[line - 1]
        return Position(offset, line, len(self.data[start:offset].decode("utf-8", "replace")) + 1)

    def span(self, start: int, end: int) -> Span:
        """The span between two byte offsets."""
        return Span(self.position(start), self.position(end))

    def slice(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.data[start:end].decode("utf-8")
