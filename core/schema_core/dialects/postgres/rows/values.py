"""Texts of values by type: the n-th of a type differs from the others, and fits what the column may become.

Text columns hold digits, so that they still fit when they become numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from schema_core.schema.objects import Domain, Enum

Types = Mapping[str, Enum | Domain]
"""Enums and domains by their name as a column's type spells it."""

_LENGTH = re.compile(r"\((\d+)(?:,(-?\d+))?\)")
_BY_TYPE: Mapping[str, Callable[[int], str]] = {
    "boolean": lambda n: "true" if n % 2 else "false",
    "date": lambda n: f"2020-01-{n % 28 + 1:02}",
    "timestamp without time zone": lambda n: f"2020-01-{n % 28 + 1:02} 00:00:00",
    "timestamp with time zone": lambda n: f"2020-01-{n % 28 + 1:02} 00:00:00+00",
    "time without time zone": lambda n: f"{n % 24:02}:00:00",
    "time with time zone": lambda n: f"{n % 24:02}:00:00+00",
    "interval": lambda n: f"{n} days",
    "uuid": lambda n: f"00000000-0000-4000-8000-{n:012x}",
    "bytea": lambda n: f"\\x{n % 256:02x}",
    "json": lambda n: f'{{"n": {n}}}',
    "jsonb": lambda n: f'{{"n": {n}}}',
    "jsonpath": lambda n: f"$[{n}]",
    "inet": lambda n: f"10.0.0.{n % 256}",
    "cidr": lambda n: f"10.0.0.{n % 256}/32",
    "macaddr": lambda n: f"08:00:2b:01:02:{n % 256:02x}",
    "macaddr8": lambda n: f"08:00:2b:01:02:03:04:{n % 256:02x}",
    "xml": lambda n: f"<n>{n}</n>",
    "point": lambda n: f"({n},{n})",
    "box": lambda n: f"({10 * n + 1},1),({10 * n},0)",
    "lseg": lambda n: f"[({n},0),({n},1)]",
    "line": lambda n: f"{{1,1,{n}}}",
    "path": lambda n: f"[({n},0),({n},1)]",
    "polygon": lambda n: f"(({n},0),({n},1),({n + 1},1))",
    "circle": lambda n: f"<({10 * n},0),1>",
    "tsvector": lambda n: f"w{n}",
    "tsquery": lambda n: f"w{n}",
    "pg_lsn": lambda n: f"0/{n:X}",
    "int4range": lambda n: f"[{10 * n},{10 * n + 5})",
    "int8range": lambda n: f"[{10 * n},{10 * n + 5})",
    "numrange": lambda n: f"[{10 * n},{10 * n + 5})",
    "daterange": lambda n: f"[{2000 + n}-01-01,{2000 + n}-02-01)",
    "tsrange": lambda n: f"[{2000 + n}-01-01,{2000 + n}-02-01)",
    "tstzrange": lambda n: f"[{2000 + n}-01-01 00:00+00,{2000 + n}-02-01 00:00+00)",
    "regclass": lambda _: "pg_class",
    "regtype": lambda _: "int4",
    "regproc": lambda _: "now",
    "regrole": lambda _: "pg_monitor",
    "regnamespace": lambda _: "pg_catalog",
}
"""What ``{n}`` alone does not spell, by type."""
_BY_LAST_NAME: Mapping[str, Callable[[int], str]] = {
    "hstore": lambda n: f"k=>{n}",
    "geometry": lambda n: f"POINT({n} {n})",
    "geography": lambda n: f"POINT({n} {n})",
}
"""Types of well-known extensions, which may be installed in any schema."""
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST = 1000
_TEXTS = frozenset({"text", "character varying", "character", "bpchar", "name", "citext"})


def is_text(kind: str, types: Types) -> bool:
    """Whether a type holds free text."""
    named = types.get(kind)
    if isinstance(named, Domain):
        return is_text(named.type, types)
    return _LENGTH.sub("", kind).rpartition(".")[2] in _TEXTS


def value(kind: str, number: int, types: Types) -> str:
    """The text of the type's ``number``-th value; digits for a type that is not known."""
    if kind.endswith("[]"):
        return array_of(value(kind.removesuffix("[]"), number, types))
    named = types.get(kind)
    if isinstance(named, Enum):
        return named.values[(number - 1) % len(named.values)] if named.values else str(number)
    if isinstance(named, Domain):
        return value(named.type, number, types)
    return _plain(kind, number)


def array_of(element: str) -> str:
    """The text of an array of one element."""
    escaped = element.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{"{escaped}"}}'


def _plain(kind: str, number: int) -> str:
    bare = _LENGTH.sub("", kind)
    length = _LENGTH.search(kind)
    if bare.endswith("multirange"):
        inner = _plain(bare.replace("multirange", "range"), number)
        return f"{{{inner}}}"
    if bare.startswith("interval"):
        bare = "interval"
    make = _BY_TYPE.get(bare) or _BY_LAST_NAME.get(bare.rpartition(".")[2])
    if make is not None:
        return make(number)
    if bare in ("bit", "bit varying"):
        width = int(length[1]) if length else 8 if bare == "bit varying" else 1
        return f"{number % 2**width:0{width}b}"
    if bare == "numeric" and length is not None:
        digits, scale = int(length[1]), int(length[2] or 0)
        if digits <= scale:
            return f"0.{number % 10:0{scale}}"
        return f"{number}{'0' * -scale}" if scale < 0 else str(number)
    text = str(number)
    return text[-int(length[1]) :] if length is not None and is_text(kind, {}) else text


def hinted(expressions: Sequence[str], kind: str, types: Types) -> Iterator[str]:
    """Texts of a type that checks speak of, and their neighbours: one of them may be what they ask for."""
    named = types.get(kind)
    for expression in expressions:
        quoted = [text.replace("''", "'") for text in _QUOTED.findall(expression)]
        numbers = _NUMBER.findall(_QUOTED.sub("", expression))
        if isinstance(named, Enum):
            yield from (text for text in quoted if text in named.values)
        elif is_text(kind, types):
            yield from quoted
            yield from (text for number in numbers for text in _lengths(number))
            yield from ("a@example.org", "https://example.org/a", "A", "a", "AAA")
        elif kind.startswith(_NUMBERS):
            yield from (text for number in numbers for text in _neighbours(number, whole="int" in kind))
        elif kind.startswith(("date", "timestamp")):
            yield from (text for text in quoted if _DATE.match(text))


def _neighbours(number: str, *, whole: bool) -> Iterator[str]:
    near = int(float(number))
    yield str(near) if whole else number
    yield from map(str, (near + 1, near - 1))


def _lengths(number: str) -> Iterator[str]:
    length = abs(int(float(number)))
    if 0 < length <= _LONGEST:
        yield from ("1" * length, "1" * (length + 1))
