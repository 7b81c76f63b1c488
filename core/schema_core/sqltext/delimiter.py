"""Files that are cut by a delimiter of their own instead of the engine's grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from schema_core.sqltext.source import SourceText

_COMMAND = re.compile(rb"^[ \t]*delimiter[ \t]+(?P<quote>['\"]?)(?P<text>\S+?)(?P=quote)[ \t]*\r?$", re.IGNORECASE)


_LINE = re.compile(rb"^delimiter[ \t]+\S", re.IGNORECASE | re.MULTILINE)


def switches_delimiter(data: bytes) -> bool:
    """Whether a file may hold the mysql client's command ``DELIMITER x``."""
    return _LINE.search(data) is not None


class Piece(NamedTuple):
    """What stands between two delimiters: the byte range of its statement, and those of the comments before it."""

    start: int
    end: int
    comments: tuple[tuple[int, int], ...]


def cut(source: SourceText, delimiter: str) -> Iterator[Piece]:
    """The pieces between delimiters, white space and leading comments trimmed.

    A line ``DELIMITER x`` switches to another delimiter, as in the mysql client. ``;`` stays in the piece, any other
    delimiter is left out (reference 2.4).
    """
    mark = delimiter.encode()
    data = source.data
    start = at = 0
    while at < len(data):
        line_end = data.find(b"\n", at)
        line_end = len(data) if line_end < 0 else line_end
        at_line_start = at == 0 or data[at - 1 : at] == b"\n"
        if at_line_start and (command := _COMMAND.match(data[at:line_end])) is not None:
            yield from _trimmed(data, start, at)
            mark = command["text"]
            start = at = line_end + 1
            continue
        found = data.find(mark, at)
        following_line = line_end + 1
        if 0 <= found < following_line:
            yield from _trimmed(data, start, found + (len(mark) if mark == b";" else 0))
            start = at = found + len(mark)
        else:
            at = following_line
    yield from _trimmed(data, start, len(data))


def _trimmed(data: bytes, start: int, end: int) -> Iterator[Piece]:
    piece = data[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    comments = []
    while data[start : start + 2] == b"--":
        line = data.find(b"\n", start, end)
        if line < 0:
            return
        comments.append((start, start + len(data[start:line].rstrip())))
        rest = data[line:end]
        start = line + len(rest) - len(rest.lstrip())
    if start < end:
        yield Piece(start, end, tuple(comments))
