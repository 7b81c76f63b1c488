"""The tables of a state that is to come, in memory: whether they would take a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress

from schema_core.dialects.sqlite.objects import index
from schema_core.dialects.sqlite.objects.column import SqliteColumn
from schema_core.dialects.sqlite.objects.table import SqliteTable
from schema_core.dialects.sqlite.quoting import listed, quote
from schema_core.dialects.sqlite.render import create_table
from schema_core.dialects.sqlite.rows.values import Value
from schema_core.schema.objects import Index
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


class LaterTables:
    """Tables and indexes of a state, without foreign keys being enforced."""

    def __init__(self, realm: Realm) -> None:
        """Make them; what this SQLite cannot make is left out."""
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.execute("pragma foreign_keys = off")
        self._columns: dict[Ref, dict[str, str]] = {}
        for table in realm.of(SqliteTable):
            with suppress(sqlite3.Error):
                self.connection.execute(create_table(table, realm))
                columns = (item for item in realm.children(table.ref) if isinstance(item, SqliteColumn))
                given = [item.ref.name for item in columns if item.generated is None]
                self._columns[table.ref] = {name.lower(): name for name in given}
        for item in realm.of(Index):
            with suppress(sqlite3.Error):
                self.connection.execute(index.create(item))

    def close(self) -> None:
        """Forget them."""
        self.connection.close()

    def take(self, table: Ref, row: Mapping[str, Value]) -> bool:
        """Put a row of the state before into a table; False when it does not fit. A table that goes takes all."""
        columns = self._columns.get(table)
        if columns is None:
            return True
        kept = {columns[name.lower()]: one for name, one in row.items() if name.lower() in columns}
        values = f"{listed(kept)} VALUES ({', '.join('?' * len(kept))})" if kept else "DEFAULT VALUES"
        try:
            self.connection.execute(f"INSERT OR ABORT INTO {quote(table.name)} {values}", tuple(kept.values()))
        except sqlite3.Error:
            return False
        return True
