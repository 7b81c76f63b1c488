"""Primary keys."""

from __future__ import annotations

from typing import ClassVar

from schema_core.dialects.sqlite.create_table import WrittenColumn, WrittenKey, WrittenTable
from schema_core.dialects.sqlite.objects.keys import constraint, key_parts, on_conflict
from schema_core.schema.objects import PrimaryKey
from schema_core.schema.ref import Ref

UNNAMED = "PRIMARY KEY"
"""What a key without a name of its own is called."""


class SqlitePrimaryKey(PrimaryKey, frozen=True, kw_only=True):
    """A primary key. ``named`` says whether it has the name in SQL; ``at_column`` that it was written with its column.

    The place matters for one thing: ``INTEGER PRIMARY KEY DESC`` at the column is no alias of the rowid.
    """

    NOT_COMPARED: ClassVar[frozenset[str]] = frozenset({"at_column"})

    named: bool = False
    autoincrement: bool = False
    descending: tuple[str, ...] = ()
    collations: tuple[tuple[str, str], ...] = ()
    on_conflict: str | None = None
    at_column: bool = False

    def makes_numbers(self) -> bool:
        """See ``PrimaryKey.makes_numbers``."""
        return self.autoincrement


def read(table: Ref, written: WrittenTable) -> SqlitePrimaryKey | None:
    """The table's primary key."""
    column = next((column for column in written.columns if column.primary_key is not None), None)
    if column is not None and column.primary_key is not None:
        return _at_column(table, column, column.primary_key)
    key = written.primary_key
    if key is None:
        return None
    return SqlitePrimaryKey(
        ref=Ref("primary key", table.schema, table.name, key.name or UNNAMED),
        columns=tuple(name for name, _, _ in key.parts),
        named=key.name is not None,
        autoincrement=key.autoincrement,
        descending=tuple(name for name, _, descending in key.parts if descending),
        collations=tuple((name, collation) for name, collation, _ in key.parts if collation is not None),
        on_conflict=key.on_conflict,
    )


def _at_column(table: Ref, column: WrittenColumn, key: WrittenKey) -> SqlitePrimaryKey:
    return SqlitePrimaryKey(
        ref=Ref("primary key", table.schema, table.name, key.name or UNNAMED),
        columns=(column.name,),
        named=key.name is not None,
        autoincrement=key.autoincrement,
        descending=(column.name,) if key.descending else (),
        on_conflict=key.on_conflict,
        at_column=True,
    )


def define(key: SqlitePrimaryKey) -> str:
    """The key's own line of CREATE TABLE, or its words at the column."""
    name = constraint(key.ref.name if key.named else None)
    counted = " AUTOINCREMENT" if key.autoincrement else ""
    if key.at_column:
        order = " DESC" if key.descending else ""
        return f"{name}PRIMARY KEY{order}{on_conflict(key.on_conflict)}{counted}"
    parts = key_parts(key.columns, key.collations, key.descending, counted)
    return f"{name}PRIMARY KEY {parts}{on_conflict(key.on_conflict)}"
