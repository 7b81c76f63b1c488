"""Cut a file into statements where PostgreSQL's own grammar sees them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2

from schema_core.dialects.postgres.classify import classify, classify_text
from schema_core.dialects.protocol import SplitError
from schema_core.schema.statements import Statement
from schema_core.sqltext.comments import attached, directives_of
from schema_core.sqltext.delimiter import cut, switches_delimiter
from schema_core.sqltext.source import SourceText
from schema_core.text.truncate import one_line

_LONGEST_MESSAGE = 100
_COMMENTS = (pg_query_pb2.SQL_COMMENT, pg_query_pb2.C_COMMENT)
_SEMICOLON = pg_query_pb2.ASCII_59
_BACKSLASH = pg_query_pb2.ASCII_92
_OPENING, _CLOSING = pg_query_pb2.ASCII_40, pg_query_pb2.ASCII_41


def split(source: SourceText, delimiter: str | None = None) -> Iterator[Statement]:
    """The statements of a file in order; raises SplitError for text that no server would read.

    What the grammar accepts is cut where it sees statements: dollar quotes, nested comments, ``BEGIN ATOMIC`` bodies
    and rules need no rules of ours. What it refuses (or nests too deep to be handed over) is cut at top-level
    semicolons by its scanner, so that the server itself can say what is wrong and where.
    """
    if (nul := source.data.find(b"\0")) >= 0:
        raise SplitError("a NUL byte stands here; PostgreSQL reads no text beyond one", nul)
    if delimiter is not None or switches_delimiter(source.data):
        floor = 0
        for piece in cut(source, delimiter or ";"):
            group = attached(source.data, piece.comments, piece.start, floor)
            yield _statement(source, piece.start, piece.end, group, None)
            floor = piece.end
        return
    tokens = _scan(source)
    _refuse_client_syntax(source, tokens)
    comments = [(token.start, token.end) for token in tokens if token.token in _COMMENTS]
    starts = [start for start, _ in comments]
    floor = 0
    for start, end, node in _boundaries(source, tokens):
        nearby = comments[bisect_left(starts, floor) : bisect_left(starts, start)]
        group = attached(source.data, nearby, start, floor)
        yield _statement(source, start, end, group, node)
        floor = end


def _statement(source: SourceText, start: int, end: int, comments: Iterable[tuple[int, int]], node: Any) -> Statement:
    text = source.slice(start, end)
    group = tuple(comments)
    return Statement(
        text=text,
        span=source.span(start, end),
        comments=tuple(source.slice(*comment) for comment in group),
        directives=directives_of(source, group),
        actions=classify(node) if node is not None else classify_text(text),
    )


def _scan(source: SourceText) -> list[Any]:
    try:
        return list(postgast.scan(source.text).tokens)
    except postgast.PgQueryError as error:
        open_ended = ": the quote, dollar quote or comment is never closed" if "unterminated" in error.message else ""
        # The scanner quotes everything up to the end of the file.
        raise SplitError(
            f"{one_line(error.message, _LONGEST_MESSAGE)}{open_ended}", _byte_offset(source, error.cursorpos)
        ) from error


def _boundaries(source: SourceText, tokens: list[Any]) -> Iterator[tuple[int, int, Any]]:
    """Byte ranges of the statements, the semicolon included, with their parse trees (None where there is none)."""
    try:
        tree = postgast.parse(source.text)
    except (postgast.PgQueryError, DecodeError):
        yield from _boundaries_of_tokens(tokens)
        return
    for raw in tree.stmts:
        start = raw.stmt_location
        if raw.stmt_len:
            end = start + raw.stmt_len
            if source.data[end : end + 1] == b";":
                end += 1
        else:
            end = len(source.data.rstrip())
        yield start, end, raw.stmt


def _boundaries_of_tokens(tokens: list[Any]) -> Iterator[tuple[int, int, Any]]:
    start: int | None = None
    end = 0
    nesting = _Nesting()
    for token in tokens:
        if token.token in _COMMENTS:
            continue
        if token.token == _SEMICOLON and not nesting:
            if start is not None:
                yield start, token.end, None
            start, nesting = None, _Nesting()
            continue
        nesting.enter(token.token)
        start = token.start if start is None else start
        end = token.end
    if start is not None:
        yield start, end, None


class _Nesting:
    """Whether a semicolon separates statements: not within parentheses or the body of ``BEGIN ATOMIC … END``."""

    def __init__(self) -> None:
        self._parentheses = 0
        self._bodies = 0
        self._before = -1

    def enter(self, token: int) -> None:
        """Take the next token that is no comment."""
        self._parentheses += (token == _OPENING) - (token == _CLOSING)
        if token == pg_query_pb2.ATOMIC and self._before == pg_query_pb2.BEGIN_P:
            self._bodies += 1
        elif self._bodies:
            # Within a body CASE is the only other word that an END belongs to.
            self._bodies += (token == pg_query_pb2.CASE) - (token == pg_query_pb2.END_P)
        self._before = token

    def __bool__(self) -> bool:
        return self._parentheses > 0 or self._bodies > 0


def _refuse_client_syntax(source: SourceText, tokens: list[Any]) -> None:
    """Psql's own commands and COPY's inline data are no SQL: no server understands them."""
    words = [token for token in tokens if token.token not in _COMMENTS]
    begins = True
    for index, token in enumerate(words):
        if token.token == _BACKSLASH:
            line = source.slice(token.start, len(source.data)).splitlines()[0].split()[0]
            raise SplitError(f"{line} is a command of psql, not SQL; write the SQL that it stands for", token.start)
        if begins and token.token == pg_query_pb2.COPY:
            _refuse_inline_copy(words[index:])
        begins = token.token == _SEMICOLON


def _refuse_inline_copy(words: list[Any]) -> None:
    depth = 0
    for before, token in pairwise(words):
        depth += (before.token == _OPENING) - (before.token == _CLOSING)
        if before.token == _SEMICOLON:
            return
        if before.token == pg_query_pb2.FROM and token.token == pg_query_pb2.STDIN and depth == 0:
            raise SplitError(
                "COPY … FROM stdin reads rows that only psql can send; write INSERT statements", words[0].start
            )


def _byte_offset(source: SourceText, position: int) -> int:
    """The byte offset of libpg_query's 1-based character position."""
    return len(source.text[: max(position - 1, 0)].encode())
