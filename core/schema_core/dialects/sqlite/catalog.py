"""What SQLite's own catalog says, in a constant number of queries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

SCHEMA = "main"
"""The name of the one schema of a database file."""

_ENTRIES = "select rowid, type, name, tbl_name, rootpage, coalesce(sql, '') from main.sqlite_schema order by rowid"
_KINDS = "select name, type from pragma_table_list where schema = 'main'"
_COLUMNS = (
    "select entry.name, info.name, info.hidden from main.sqlite_schema as entry, pragma_table_xinfo(entry.name) as info"
    " where entry.type = 'table' and entry.rootpage > 0 and {}"
    " order by entry.rowid, info.cid"
)
_OURS = "entry.name not like 'sqlite\\_%' escape '\\'"
INTERNAL = "sqlite_"
"""How names begin that SQLite keeps for itself, always in lower case."""
_MOST_NAMED = 500
"""More tables than this are asked for all at once, whatever they are: a statement takes a limited number of values."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``sqlite_schema``."""

    rowid: int
    type: str
    name: str
    table: str
    root: int
    sql: str

    def is_internal(self) -> bool:
        """Whether it is SQLite's own (``sqlite_sequence``, statistics) or the index of a constraint."""
        return self.name.startswith(INTERNAL)


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the catalog by their number, and what each table is."""

    entries: Mapping[int, Entry]
    kinds: Mapping[str, str]

    def modelled(self) -> list[Entry]:
        """The rows that objects are made of."""
        return [
            entry
            for entry in self.entries.values()
            if not entry.is_internal() and (entry.type != "table" or self.kinds.get(entry.name) == "table")
        ]


def read_catalog(connection: sqlite3.Connection) -> Catalog:
    """Read all rows of the catalog."""
    return Catalog(entries=read_entries(connection), kinds=dict(connection.execute(_KINDS)))


def read_entries(connection: sqlite3.Connection) -> dict[int, Entry]:
    """All rows of ``sqlite_schema`` by their number, in order."""
    return {
        row[0]: Entry(rowid=row[0], type=row[1], name=row[2], table=row[3], root=row[4], sql=row[5])
        for row in connection.execute(_ENTRIES)
    }


def read_columns(connection: sqlite3.Connection, tables: Iterable[str] | None = None) -> Mapping[str, list[str]]:
    """The columns of some tables (None: of all) as SQLite itself lists them."""
    names = None if tables is None else list(tables)
    if names is None or len(names) > _MOST_NAMED:
        rows = connection.execute(_COLUMNS.format(_OURS))
    else:
        marks = ", ".join("?" * len(names))
        rows = connection.execute(_COLUMNS.format(f"entry.name in ({marks})"), names)
    found: dict[str, list[str]] = {}
    for table, column, hidden in rows:
        if hidden != 1:
            found.setdefault(table, []).append(column)
    return found
