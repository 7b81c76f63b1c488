"""What is still open at the end of a piece of SQL: tools that cut files by line ends would cut it in two there."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
      (?P<line>--[^\n]*)
    | (?P<comment>/\*)
    | (?P<string>\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<quote>['"])
    | (?P<dollar>(?<![\w$])\$(?:[^\W\d]\w*)?\$)
    | (?P<word>[^\W\d]\w*)
    | (?P<semicolon>;)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"/\*|\*/")


def what_is_open(text: str) -> str | None:
    """The name of what has not ended where ``text`` ends: a string, a comment or a body; None when nothing has."""
    at = 0
    words: list[str] = []
    while (token := _TOKEN.search(text, at)) is not None:
        at = token.end()
        if token["quote"]:
            return "a string or a quoted name"
        if token["comment"] or token["dollar"]:
            end = _end_of_comment(text, at) if token["comment"] else _end_of_dollar(text, at, token["dollar"])
            if end is None:
                return "a comment" if token["comment"] else f"a text in {token['dollar']}"
            at = end
        elif token["word"]:
            words.append(token["word"].upper())
        elif token["semicolon"] and not _depth(words):
            words = []
    return "a body between BEGIN and END" if _depth(words) else None


def _depth(words: list[str]) -> int:
    """How many BEGIN and CASE of a trigger's or a function's body have no END yet."""
    if words[:1] != ["CREATE"]:
        return 0
    depth = 0
    for index, word in enumerate(words):
        if depth:
            depth += (word in ("CASE", "BEGIN")) - (word == "END")
        elif word == "BEGIN" and ("TRIGGER" in words[:index] or words[index + 1 : index + 2] == ["ATOMIC"]):
            depth = 1
    return depth


def _end_of_dollar(text: str, at: int, tag: str) -> int | None:
    end = text.find(tag, at)
    return None if end < 0 else end + len(tag)


def _end_of_comment(text: str, at: int) -> int | None:
    """Where a comment ends that may hold others; None when it does not."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(text, at):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return None
