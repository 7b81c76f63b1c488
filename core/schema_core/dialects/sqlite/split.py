"""Cut a file into statements where SQLite ends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_core.dialects.protocol import SplitError
from schema_core.dialects.sqlite.classify import classify
from schema_core.dialects.sqlite.lexer import Token, tokens
from schema_core.schema.statements import Statement
from schema_core.sqltext.comments import attached, directives_of
from schema_core.sqltext.delimiter import cut, switches_delimiter
from schema_core.sqltext.source import SourceText

_CLASSES = {"EXPLAIN": "explain", "CREATE": "create", "TEMP": "temp", "TEMPORARY": "temp", "TRIGGER": "trigger"}
_CLASSES["END"] = "end"
_NEXT = {
    "start": {"explain": "explain", "create": "create", ";": "start"},
    "explain": {"explain": "normal", "create": "create", "": "explain", ";": "start"},
    "create": {"temp": "create", "trigger": "trigger", ";": "start"},
    "normal": {";": "start"},
    "trigger": {";": "after semicolon", "": "trigger"},
    "after semicolon": {";": "after semicolon", "end": "after end", "": "trigger"},
    "after end": {";": "start", "": "trigger"},
}
"""What a token makes of the state, as documented for sqlite3_complete(): a trigger ends at ``; END ;`` only."""
_ELSEWHERE = {"start": "normal", "create": "normal", "normal": "normal"}


def split(source: SourceText, delimiter: str | None = None) -> Iterator[Statement]:
    """The statements of a file in order; raises SplitError for text that SQLite cannot read.

    A statement keeps its semicolon. Its boundaries are those at which SQLite's own shell sends what was typed.
    """
    if (nul := source.data.find(b"\0")) >= 0:
        raise SplitError("a NUL byte stands here; SQLite reads no text beyond one", nul)
    if delimiter is not None or switches_delimiter(source.data):
        floor = 0
        for piece in cut(source, delimiter or ";"):
            group = attached(source.data, piece.comments, piece.start, floor)
            yield _statement(source, piece.start, piece.end, group, tokens(source.data[piece.start : piece.end]))
            floor = piece.end
        return
    floor = 0
    comments: list[tuple[int, int]] = []
    for part in _parts(source):
        meant = [token for token in part if not token.is_gap()]
        comments += [(token.start, token.end) for token in part if token.kind == "comment"]
        if not meant or meant[0].text == b";":
            continue
        start, end = meant[0].start, meant[-1].end
        yield _statement(source, start, end, attached(source.data, comments, start, floor), part)
        # What stands behind the last token, before a semicolon that is missing, belongs to nothing.
        comments, floor = [], end


def _statement(
    source: SourceText, start: int, end: int, comments: Iterable[tuple[int, int]], found: Iterable[Token]
) -> Statement:
    group = tuple(comments)
    return Statement(
        text=source.slice(start, end),
        span=source.span(start, end),
        comments=tuple(source.slice(*comment) for comment in group),
        directives=directives_of(source, group),
        actions=classify(list(found)),
    )


def _parts(source: SourceText) -> Iterator[list[Token]]:
    """The file's tokens in stretches, each up to the semicolon that ends its statement."""
    state = "start"
    part: list[Token] = []
    for token in tokens(source.data):
        part.append(token)
        if token.is_gap():
            continue
        _refuse_unreadable(source, token, at_start=state == "start")
        word = ";" if token.text == b";" else _CLASSES.get(token.word(), "")
        known = _NEXT[state]
        state = known.get(word) or known.get("") or _ELSEWHERE[state]
        if state == "start":
            yield part
            part = []
    if part:
        yield part


def _refuse_unreadable(source: SourceText, token: Token, *, at_start: bool) -> None:
    if token.kind == "illegal" and token.text[:1] in b"'\"`[":
        raise SplitError(f"the quote {token.text[:1].decode()} is never closed", token.start)
    if at_start and token.text == b".":
        line = source.slice(token.start, len(source.data)).splitlines()[0].split()[0]
        raise SplitError(f"{line} is a command of the sqlite3 shell, not SQL; write the SQL it stands for", token.start)
