"""Identifiers and literals as PostgreSQL writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from schema_core.schema.ref import Ref

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


@cache
def quote(name: str) -> str:
    """An identifier, in double quotes unless it reads the same without them."""
    if _PLAIN.fullmatch(name) and name not in _reserved():
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(ref: Ref) -> str:
    """``schema.name``, both quoted where needed."""
    return quote(ref.name) if ref.schema is None else f"{quote(ref.schema)}.{quote(ref.name)}"


def table_of(ref: Ref) -> str:
    """The qualified name of the table that an object belongs to."""
    name = quote(ref.parent or "")
    return name if ref.schema is None else f"{quote(ref.schema)}.{name}"


def columns(names: Iterable[str]) -> str:
    """A parenthesised list of names."""
    return f"({', '.join(quote(name) for name in names)})"


def literal(text: str) -> str:
    """A string literal that means the same whatever ``standard_conforming_strings`` is."""
    quoted = text.replace("'", "''")
    return f"E'{quoted.replace(chr(92), chr(92) * 2)}'" if "\\" in quoted else f"'{quoted}'"


@cache
def _reserved() -> frozenset[str]:
    """Key words that need quotes as some name: all that ``pg_get_keywords()`` does not call unreserved, any major."""
    return frozenset((files(__package__) / "keywords.txt").read_text(encoding="utf-8").split())
