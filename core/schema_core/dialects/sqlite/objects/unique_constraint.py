"""Unique constraints."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.sqlite.create_table import WrittenTable
from schema_core.dialects.sqlite.objects.keys import constraint, key_parts, on_conflict
from schema_core.dialects.sqlite.quoting import listed
from schema_core.schema.objects import UniqueConstraint
from schema_core.schema.ref import Ref


class SqliteUniqueConstraint(UniqueConstraint, frozen=True, kw_only=True):
    """A unique constraint; ``named`` says whether it has the name in SQL or is called after what it says."""

    named: bool = False
    descending: tuple[str, ...] = ()
    collations: tuple[tuple[str, str], ...] = ()
    on_conflict: str | None = None


def read(table: Ref, written: WrittenTable) -> Iterator[SqliteUniqueConstraint]:
    """The table's unique constraints, those of columns first."""
    keys = [(column.unique, ((column.name, None, False),)) for column in written.columns if column.unique is not None]
    for key, parts in (*keys, *((key, key.parts) for key in written.uniques)):
        columns = tuple(name for name, _, _ in parts)
        yield SqliteUniqueConstraint(
            ref=Ref("unique constraint", table.schema, table.name, key.name or f"UNIQUE {listed(columns)}"),
            columns=columns,
            named=key.name is not None,
            descending=tuple(name for name, _, descending in parts if descending),
            collations=tuple((name, collation) for name, collation, _ in parts if collation is not None),
            on_conflict=key.on_conflict,
        )


def define(key: SqliteUniqueConstraint, name: str | None) -> str:
    """The constraint's line of CREATE TABLE; ``name`` is its name in SQL."""
    parts = key_parts(key.columns, key.collations, key.descending)
    return f"{constraint(name)}UNIQUE {parts}{on_conflict(key.on_conflict)}"
