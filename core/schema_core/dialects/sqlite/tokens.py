"""Reads a statement token by token, gaps left out."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.dialects.sqlite.lexer import Token, tokens

_END = Token("end", 0, 0, b"")
_NAMES = ("word", "quoted", "string")
_GAPS = ("space", "comment")


def _key(token: Token) -> str:
    """What a keyword or a symbol is compared by; empty for everything else."""
    if token.kind == "word":
        return token.text.decode("utf-8", "replace").upper()
    return token.text.decode() if token.kind == "symbol" else ""


class TokenReader:
    """A place in the tokens of one statement, and what can be asked of the tokens from there on."""

    def __init__(self, data: bytes, found: Sequence[Token] | None = None) -> None:
        """Take a statement's text, or tokens of it that were read before (gaps are left out)."""
        self._data = data
        self._all = [token for token in (tokens(data) if found is None else found) if token.kind not in _GAPS]
        self._keys = [_key(token) for token in self._all]
        self.at = 0

    def done(self) -> bool:
        """Whether nothing but the final semicolon is left."""
        return self.at >= len(self._all) or self._all[self.at].text == b";"

    def peek(self, ahead: int = 0) -> Token:
        """The token at a distance from here; one of kind ``end`` beyond the last."""
        index = self.at + ahead
        return self._all[index] if index < len(self._all) else _END

    def next(self) -> Token:
        """Go beyond the present token and return it."""
        token = self.peek()
        self.at += 1
        return token

    def is_at(self, *words: str) -> bool:
        """Whether these bare words (in upper case) or symbols come next."""
        return tuple(self._keys[self.at : self.at + len(words)]) == words

    def take(self, *words: str) -> bool:
        """Go beyond these words if they come next."""
        found = self.is_at(*words)
        if found:
            self.at += len(words)
        return found

    def take_any(self, *words: str) -> str | None:
        """Go beyond one of these words; which one it was."""
        key = self._keys[self.at] if self.at < len(self._keys) else ""
        if key not in words:
            return None
        self.at += 1
        return key

    def is_name(self) -> bool:
        """Whether the present token can be a name."""
        return self.peek().kind in _NAMES

    def name(self) -> str:
        """Go beyond a name and return it without its quotes."""
        return self.next().name()

    def qualified(self) -> tuple[str | None, str]:
        """Schema and name, as in ``main.users``; without a schema None."""
        first = self.name()
        if self.take("."):
            return first, self.name()
        return None, first

    def skip_group(self) -> tuple[int, int]:
        """Go beyond a parenthesis and all that is in it; the places (in tokens) of what is inside."""
        depth = 0
        inside = self.at + 1
        while self.at < len(self._all):
            key = self._keys[self.at]
            self.at += 1
            depth += (key == "(") - (key == ")")
            if depth == 0:
                return inside, self.at - 1
        return inside, self.at

    def seek(self, *words: str) -> bool:
        """Go to the next of these words outside of parentheses; False at the end, where none is left."""
        while not self.done():
            key = self._keys[self.at]
            if key == "(":
                self.skip_group()
            elif key in words:
                return True
            else:
                self.at += 1
        return False

    def items(self, first: int, last: int) -> list[tuple[int, int]]:
        """The pieces (in tokens) between the commas of a stretch, parentheses kept together."""
        pieces = []
        depth = 0
        start = first
        for index in range(first, last):
            key = self._keys[index]
            depth += (key == "(") - (key == ")")
            if key == "," and depth == 0:
                pieces.append((start, index))
                start = index + 1
        if start < last:
            pieces.append((start, last))
        return pieces

    def between(self, first: int, last: int) -> list[Token]:
        """The tokens of a stretch."""
        return self._all[first:last]

    def text(self, first: int, last: int) -> str:
        """A stretch as text: comments left out, one space where there was any gap."""
        pieces: list[str] = []
        before: Token | None = None
        for token in self._all[first:last]:
            if before is not None and before.end != token.start:
                pieces.append(" ")
            pieces.append(token.text.decode("utf-8", "replace"))
            before = token
        return "".join(pieces)

    def rest(self) -> str:
        """Everything from here to the final semicolon, as ``text`` gives it."""
        return self.text(self.at, self._last())

    def verbatim(self) -> str:
        """Everything from here to the final semicolon, comments and line ends as they are."""
        if self.done():
            return ""
        return self._data[self.peek().start : self._all[self._last() - 1].end].decode("utf-8", "replace")

    def _last(self) -> int:
        return len(self._all) - (1 if self._all and self._all[-1].text == b";" else 0)
