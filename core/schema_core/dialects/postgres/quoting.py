"""Identifiers and literals as PostgreSQL writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

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
    return qualified(Ref("table", ref.schema, None, ref.parent or ""))


def columns(names: Iterable[str]) -> str:
    """A parenthesised list of names."""
    return f"({', '.join(quote(name) for name in names)})"


def literal(text: str) -> str:
    """A string literal that means the same whatever ``standard_conforming_strings`` is."""
    quoted = text.replace("'", "''")
    return f"E'{quoted.replace(chr(92), chr(92) * 2)}'" if "\\" in quoted else f"'{quoted}'"


@cache
def _reserved() -> frozenset[str]:
    """Key words that cannot be column names or table names without quotes, as libpg_query's scanner classifies them."""
    import postgast
    from postgast import pg_query_pb2

    kinds = (pg_query_pb2.RESERVED_KEYWORD, pg_query_pb2.TYPE_FUNC_NAME_KEYWORD, pg_query_pb2.COL_NAME_KEYWORD)
    words = (
        name.removesuffix("_P").lower() for name, _ in pg_query_pb2.Token.items() if name.replace("_", "").isalpha()
    )
    return frozenset(
        token_text
        for token_text in words
        for token in postgast.scan(token_text).tokens[:1]
        if token.keyword_kind in kinds
    )
