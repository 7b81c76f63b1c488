"""Where in a statement an error is: SQLite's messages name what they object to, and trying tells which one it is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from schema_core.dialects.sqlite.lexer import Token, tokens

_NEAR = re.compile(r'near "(.*)": syntax error', re.DOTALL)
_UNRECOGNIZED = re.compile(r'unrecognized token: "(.*)"', re.DOTALL)
_UNKNOWN = re.compile(r"no such (?:table|column|index|view|trigger|function): (?:.*\.)?([^.\n]+)$")
_MOST_TRIED = 64


def place_of(connection: sqlite3.Connection, sql: str, message: str) -> int | None:
    """The byte offset of an error in a statement; None where the message names no place or several fit."""
    data = sql.encode()
    if (near := _NEAR.fullmatch(message)) is not None:
        return _refused_at(connection, data, near[1], message)
    if (unrecognized := _UNRECOGNIZED.fullmatch(message)) is not None:
        at = data.find(unrecognized[1].encode())
        return at if at >= 0 else None
    if (unknown := _UNKNOWN.search(message)) is not None:
        places = [token.start for token in _spelled(data, unknown[1])]
        return places[0] if len(places) == 1 else None
    return None


def _refused_at(connection: sqlite3.Connection, data: bytes, text: str, message: str) -> int | None:
    """The first token of this text up to which the statement is already refused in the same words.

    EXPLAIN compiles without running; a text that only breaks off is refused in other words.
    """
    places = [token for token in tokens(data) if token.text == text.encode()]
    if len(places) == 1:
        return places[0].start
    for token in places[:_MOST_TRIED]:
        try:
            connection.execute("explain " + data[: token.end].decode("utf-8", "replace")).close()
        except sqlite3.Error as error:
            if str(error) == message:
                return token.start
    return None


def _spelled(data: bytes, name: str) -> Iterator[Token]:
    return (
        token for token in tokens(data) if token.kind in ("word", "quoted") and token.name().lower() == name.lower()
    )
