"""Which changes of a column's type the server makes without being told how."""

from __future__ import annotations

import re

_MODIFIER = re.compile(r"\([^()]*\)")

_TEXTS = frozenset({"text", "character varying", "character", "name"})
"""Every type becomes one of these by itself, through its own text (CREATE CAST, automatic I/O conversions)."""
_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_ASSIGNED = frozenset(
    {
        *((one, other) for one in _NUMBERS for other in _NUMBERS),
        *((one, "money") for one in ("integer", "bigint", "numeric")),
        ("money", "numeric"),
        *((one, other) for one in ("date", "timestamp without time zone", "timestamp with time zone")
          for other in ("date", "timestamp without time zone", "timestamp with time zone")),
        ("timestamp without time zone", "time without time zone"),
        ("timestamp with time zone", "time without time zone"),
        ("timestamp with time zone", "time with time zone"),
        ("time without time zone", "time with time zone"),
        ("time with time zone", "time without time zone"),
        ("time without time zone", "interval"),
        ("interval", "time without time zone"),
        ("json", "jsonb"), ("jsonb", "json"),
        ("cidr", "inet"), ("inet", "cidr"),
        ("macaddr", "macaddr8"), ("macaddr8", "macaddr"),
        ("bit", "bit varying"), ("bit varying", "bit"),
        *((one, "oid") for one in ("smallint", "integer", "bigint")),
        ("oid", "integer"), ("oid", "bigint"),
    }
)  # fmt: skip
"""The casts that pg_cast allows in an assignment, as far as columns of tables have such types (PostgreSQL 14 to 18)."""


def needs_using(before: str, after: str) -> bool:
    """Whether ALTER COLUMN TYPE must say how values are converted."""
    (old, old_array), (new, new_array) = _base(before), _base(after)
    if old == new and old_array == new_array:
        return False
    if new in _TEXTS and not new_array:
        return False
    if old_array != new_array:
        return True
    if old_array and new in _TEXTS:
        return old not in _TEXTS
    return (old, new) not in _ASSIGNED and not (old in _TEXTS and new in _TEXTS)


def _base(name: str) -> tuple[str, bool]:
    """The type without its modifiers, and whether it is an array of it."""
    bare = " ".join(_MODIFIER.sub(" ", name.removesuffix("[]")).split())
    return bare, name.endswith("[]")
