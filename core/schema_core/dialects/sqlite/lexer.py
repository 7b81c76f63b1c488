"""SQLite's lexical rules: a text as tokens, by bytes, as its tokenizer sees them (tokenize.c)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"""
      (?P<space>    (?:[ \t\n\f\r]|\xef\xbb\xbf)+ )
    | (?P<comment>  --[^\n]* | /\*(?:.*?\*/|.*) )
    | (?P<string>   '(?:[^']|'')*' )
    | (?P<quoted>   "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] )
    | (?P<blob>     [xX]'[0-9a-fA-F]*' )
    | (?P<number>   0[xX][0-9a-fA-F]+ | (?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)? )
    | (?P<variable> \?[0-9]* | [@$:\#][A-Za-z0-9_$\x80-\xff]+ )
    | (?P<word>     [A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]* )
    | (?P<symbol>   \|\| | ->> | -> | << | >> | <= | >= | <> | == | != | [-+*/%&|~=<>(),;.!] )
    | (?P<illegal>  ['"`\[].* | . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A token and its place in bytes. ``kind`` is the name of its group in the pattern above."""

    kind: str
    start: int
    end: int
    text: bytes

    def is_gap(self) -> bool:
        """Whether it separates tokens and means nothing."""
        return self.kind in ("space", "comment")

    def word(self) -> str:
        """A bare word in upper case; empty for everything else, quoted names included."""
        return self.text.decode("utf-8", "replace").upper() if self.kind == "word" else ""

    def name(self) -> str:
        """The name that the token spells: quotes are taken off, bare words stay as they are."""
        if self.kind not in ("quoted", "string"):
            return self.text.decode("utf-8", "replace")
        mark, inner = self.text[:1], self.text[1:-1]
        return (inner if mark == b"[" else inner.replace(mark * 2, mark)).decode("utf-8", "replace")


def tokens(data: bytes) -> Iterator[Token]:
    """All tokens in order, gaps included: their texts joined are the data."""
    for match in _TOKEN.finditer(data):
        yield Token(match.lastgroup or "illegal", match.start(), match.end(), match.group())
