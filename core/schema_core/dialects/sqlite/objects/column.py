"""Columns."""

from __future__ import annotations

from typing import ClassVar

from schema_core.dialects.sqlite.create_table import WrittenColumn
from schema_core.dialects.sqlite.quoting import quote
from schema_core.schema.objects import Column, Generated
from schema_core.schema.ref import Ref


class SqliteColumn(Column, frozen=True, kw_only=True):
    """A column; ``not_null_on_conflict`` is what happens to a null (``REPLACE``), None for the usual error."""

    CASELESS: ClassVar[frozenset[str]] = frozenset({"type", "collation"})

    not_null_on_conflict: str | None = None


def read(table: Ref, position: int, written: WrittenColumn) -> SqliteColumn:
    """A column from its definition."""
    generated = None
    if written.generated is not None:
        generated = Generated(expression=written.generated, stored=written.stored)
    return SqliteColumn(
        ref=Ref("column", table.schema, table.name, written.name),
        position=position,
        type=written.type,
        nullable=not written.not_null,
        default=written.default,
        generated=generated,
        collation=written.collation,
        not_null_on_conflict=written.not_null_on_conflict,
    )


def define(column: SqliteColumn, key: str | None) -> str:
    """The column's line of CREATE TABLE; ``key`` is a primary key that can only be said there."""
    words = [quote(column.ref.name)]
    if column.type:
        words.append(column.type)
    if key is not None:
        words.append(key)
    if column.collation is not None:
        words.append(f"COLLATE {quote(column.collation)}")
    if not column.nullable:
        words.append("NOT NULL")
        if column.not_null_on_conflict is not None:
            words.append(f"ON CONFLICT {column.not_null_on_conflict}")
    if column.default is not None:
        words.append(f"DEFAULT {column.default}")
    if column.generated is not None:
        kind = "STORED" if column.generated.stored else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({column.generated.expression}) {kind}")
    return " ".join(words)
