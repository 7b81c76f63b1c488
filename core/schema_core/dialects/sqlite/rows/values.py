"""Values by a column's declared type, and values that checks ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from schema_core.dialects.sqlite.lexer import tokens

Value = int | float | str | bytes | None

_LONGEST = 1000
_WILD = re.compile(r"\[\^?(.).*?\]|[_?#]")
_MANY = re.compile(r"[%*]")
_PLAUSIBLE = ("a@example.org", "https://example.org/a", "A", "a", "AAA", "{}", "2020-01-01")


def value(kind: str, number: int) -> Value:
    """A value of a type; different numbers give different ones, but for truth values.

    Text is digits, so that it still fits when the column becomes one of numbers.
    """
    name = kind.upper()
    for word, make in (("BOOL", _truth), ("JSON", _json), ("UUID", _uuid), ("DATE", _date), ("TIME", _date)):
        if word in name:
            return make(name, number)
    match affinity(kind):
        case "TEXT":
            return str(number)
        case "BLOB" if "BLOB" in name:
            return number.to_bytes(4, "big")
        case "REAL":
            return number + 0.5
        case _:
            return number


def affinity(kind: str) -> str:
    """What a type makes of values (https://sqlite.org/datatype3.html, 3.1)."""
    name = kind.upper()
    if "INT" in name:
        return "INTEGER"
    if any(word in name for word in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not name or "BLOB" in name:
        return "BLOB"
    return "REAL" if any(word in name for word in ("REAL", "FLOA", "DOUB")) else "NUMERIC"


@lru_cache(maxsize=1000)
def hinted(expressions: Sequence[str], kind: str) -> tuple[Value, ...]:
    """What checks speak of, and its neighbours: one of them may be what they ask for."""
    return tuple(_hinted(expressions, kind))


def _hinted(expressions: Sequence[str], kind: str) -> Iterator[Value]:
    for expression in expressions:
        found = [(token.kind, token.text.decode("utf-8", "replace")) for token in tokens(expression.encode())]
        texts = [text[1:-1].replace("''", "'") for word, text in found if word == "string"]
        numbers = [float(text) for word, text in found if word == "number" and re.fullmatch(r"[\d.]+", text)]
        yield from texts
        yield from (_MANY.sub("", _WILD.sub(r"1", text)) for text in texts if _WILD.search(text) or _MANY.search(text))
        yield from (_WILD.sub(_inside, text) for text in texts if "[" in text)
        for number in numbers:
            yield from (_plain(number), _plain(number + 1), _plain(number - 1), _plain(-number))
        lengths = [int(number) + more for number in numbers if 0 < number <= _LONGEST for more in (0, 1, -1)]
        if affinity(kind) == "BLOB":
            yield from (bytes(length) for length in lengths)
        if affinity(kind) != "INTEGER":
            yield from ("1" * length for length in lengths)
            yield from _PLAUSIBLE


def _inside(match: re.Match[str]) -> str:
    return match[1] or "1"


def _plain(number: float) -> int | float:
    return int(number) if number.is_integer() else number


def _truth(_: str, number: int) -> Value:
    return number % 2


def _json(_: str, number: int) -> Value:
    return f'{{"n": {number}}}'


def _uuid(_: str, number: int) -> Value:
    return f"00000000-0000-4000-8000-{number:012x}"


def _date(kind: str, number: int) -> Value:
    day = f"{2000 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    time = f"{number % 24:02}:{number // 24 % 60:02}:00"
    if "DATE" in kind and "TIME" not in kind:
        return day
    return f"{day} {time}" if "DATE" in kind or "STAMP" in kind else time
