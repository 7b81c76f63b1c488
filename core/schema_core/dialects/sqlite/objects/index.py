"""Indexes that no constraint owns."""

from __future__ import annotations

from schema_core.dialects.sqlite.quoting import quote
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.objects import Index, IndexPart
from schema_core.schema.ref import Ref


class SqliteIndexPart(IndexPart, frozen=True, kw_only=True):
    """A key with its collation, where that was written."""

    collation: str | None = None


def read(ref: Ref, sql: str) -> Index:
    """An index from its text."""
    reader = TokenReader(sql.encode())
    unique = reader.take("CREATE", "UNIQUE")
    reader.seek("ON")
    reader.next()
    reader.name()
    first, last = reader.skip_group()
    parts = tuple(_part(reader, start, end) for start, end in reader.items(first, last))
    predicate = None
    if reader.take("WHERE"):
        start = reader.at
        while not reader.done():
            reader.next()
        predicate = reader.text(start, reader.at)
    return Index(ref=ref, parts=parts, unique=unique, predicate=predicate)


def _part(reader: TokenReader, start: int, end: int) -> SqliteIndexPart:
    words = [token.word() for token in reader.between(start, end)]
    descending = words[-1] == "DESC"
    if words[-1] in ("ASC", "DESC"):
        end -= 1
    collation = None
    if end - start > 2 and words[end - start - 2] == "COLLATE":
        collation = reader.between(end - 1, end)[0].name()
        end -= 2
    tokens = reader.between(start, end)
    if len(tokens) == 1 and tokens[0].kind in ("word", "quoted", "string"):
        return SqliteIndexPart(column=tokens[0].name(), descending=descending, collation=collation)
    return SqliteIndexPart(expression=reader.text(start, end), descending=descending, collation=collation)


def create(index: Index) -> str:
    """CREATE INDEX."""
    parts = ", ".join(_written(part) for part in index.parts)
    text = f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {quote(index.ref.name)} ON {quote(index.ref.parent or '')}"
    return f"{text} ({parts}){f' WHERE {index.predicate}' if index.predicate is not None else ''}"


def _written(part: IndexPart) -> str:
    text = quote(part.column) if part.column is not None else part.expression or ""
    if isinstance(part, SqliteIndexPart) and part.collation is not None:
        text += f" COLLATE {quote(part.collation)}"
    return f"{text} DESC" if part.descending else text
