"""Makes and reads rows of our own; see ``sample_rows.SampleRows``."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from schema_core.dialects.sample_rows import Filled, KeptTable, RowState, TableRows
from schema_core.dialects.sqlite.objects.table import SqliteTable
from schema_core.dialects.sqlite.quoting import listed, quote
from schema_core.dialects.sqlite.rows.later_tables import LaterTables
from schema_core.dialects.sqlite.rows.offers import ROWS, Offers, Row
from schema_core.dialects.sqlite.rows.values import Value
from schema_core.dialects.sqlite.session import execution_error
from schema_core.schema.objects import Column, ForeignKey
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_GIVEN_OUT = 7
"""How much further counters stand than the rows say, as if rows had been deleted: so it is seen when one is lost."""
_REFUSED = "no row that was made up fits"


class SqliteSampleRows:
    """See ``sample_rows.SampleRows``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work on a session's connection."""
        self._connection = connection

    def fill(self, before: Realm, after: Realm, tables: Collection[Ref]) -> Filled:
        """See ``sample_rows.SampleRows.fill``.

        Triggers rest meanwhile: rows may be older than they are. Afterwards the session enforces foreign keys, unless
        one of the states has a key that SQLite cannot enforce at all.
        """
        chosen = _in_order(before, after, tables)
        with _refusals(), closing(LaterTables(after)) as later:
            self._connection.execute("pragma foreign_keys = off")
            with self._transaction(), self._without_triggers():
                offers = Offers(before, after, tables, self._connection, later.connection)
                words = self._insert(chosen, before, offers, later)
                words |= self._remove_dangling(chosen, before)
                self._count_further(chosen)
            if _can_be_enforced(later.connection) and _can_be_enforced(self._connection):
                self._connection.execute("pragma foreign_keys = on")
            counts = {table.ref: self._rows(KeptTable(ref=table.ref, columns=())).count for table in chosen}
        return Filled(
            rows={ref: count for ref, count in counts.items() if count},
            empty={ref: words.get(ref, _REFUSED) for ref, count in counts.items() if not count},
        )

    def read(self, tables: Sequence[KeptTable], numbers: Sequence[Ref]) -> RowState:
        """See ``sample_rows.SampleRows.read``; the columns that make numbers are keys with AUTOINCREMENT."""
        with _refusals():
            there = {name for (name,) in self._connection.execute("select name from main.sqlite_schema")}
            found = {table.ref: self._rows(table) for table in tables if table.ref.name in there}
            counters: dict[str, int] = {}
            if "sqlite_sequence" in there:
                counters = dict(self._connection.execute("select name, seq from main.sqlite_sequence").fetchall())
        return RowState(
            tables=found, numbers={ref: counters.get(ref.parent or "") for ref in numbers if ref.parent in there}
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("begin")
        try:
            yield
            self._connection.execute("commit")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("rollback")

    @contextmanager
    def _without_triggers(self) -> Iterator[None]:
        """Take away the triggers of tables, and make them again in their order."""
        query = (
            "select name, sql from main.sqlite_schema where type = 'trigger' and tbl_name in "
            "(select name from main.sqlite_schema where type = 'table') order by rowid"
        )
        triggers = self._connection.execute(query).fetchall()
        for name, _ in triggers:
            self._connection.execute(f"DROP TRIGGER main.{quote(name)}")
        yield
        for _, text in triggers:
            self._connection.execute(text)

    def _insert(
        self, tables: Sequence[SqliteTable], before: Realm, offers: Offers, later: LaterTables
    ) -> dict[Ref, str]:
        """Give each table its rows, the first of all tables first; what SQLite said of those that got none."""
        words: dict[Ref, str] = {}
        for number in range(1, ROWS + 1):
            for table in tables:
                columns = [item.ref.name for item in before.children(table.ref) if isinstance(item, Column)]
                reason = self._insert_one(table, columns, offers.of(table, number), later)
                if reason is not None:
                    words.setdefault(table.ref, reason)
        return words

    def _insert_one(
        self, table: SqliteTable, columns: Sequence[str], offered: Iterator[Row], later: LaterTables
    ) -> str | None:
        """Insert the first row that fits both states, or else the first that fits the present one."""
        reason: str | None = None
        fitting: Row | None = None
        for row in offered:
            self._connection.execute("savepoint attempt")
            try:
                taken = later.take(table.ref, self._try(table.ref, columns, row))
            except sqlite3.Error as error:
                reason = reason or str(error)
            else:
                if taken:
                    self._connection.execute("release attempt")
                    return None
                fitting = fitting or row
            self._connection.execute("rollback to attempt")
            self._connection.execute("release attempt")
        if fitting is None:
            return reason or _REFUSED
        self._try(table.ref, columns, fitting)
        return None

    def _try(self, table: Ref, columns: Sequence[str], row: Row) -> Mapping[str, Value]:
        """Insert a row; what is stored then, defaults and generated columns included."""
        values = f"{listed(row)} VALUES ({', '.join('?' * len(row))})" if row else "DEFAULT VALUES"
        returned = ", ".join(quote(name) for name in columns)
        text = f"INSERT OR ABORT INTO main.{quote(table.name)} {values} RETURNING {returned}"
        found = self._connection.execute(text, tuple(row.values())).fetchall()
        return dict(zip(columns, found[0], strict=True))

    def _remove_dangling(self, tables: Sequence[SqliteTable], before: Realm) -> dict[Ref, str]:
        """Delete rows that refer to no row, until none is left; what was wrong with them."""
        words: dict[Ref, str] = {}
        while True:
            removed = 0
            for table in tables:
                name = quote(table.ref.name)
                try:
                    dangling = self._connection.execute(f"pragma main.foreign_key_check({name})").fetchall()
                except sqlite3.Error:
                    continue  # a key that is enforced nowhere: its rows may hold what they like
                if dangling:
                    rowids = {rowid for _, rowid, _, _ in dangling}
                    called = _rowid_of(table, before)
                    alone = called is not None and None not in rowids
                    where = f" WHERE {called} IN ({', '.join(map(str, rowids))})" if alone else ""
                    removed += self._connection.execute(f"DELETE FROM main.{name}{where}").rowcount  # noqa: S608 - quoted
                    words[table.ref] = "FOREIGN KEY constraint failed"
            if not removed:
                return words

    def _count_further(self, tables: Sequence[SqliteTable]) -> None:
        there = self._connection.execute("select 1 from main.sqlite_schema where name = 'sqlite_sequence'").fetchone()
        if there is not None:
            for table in tables:
                text = "update main.sqlite_sequence set seq = seq + ? where name = ?"
                self._connection.execute(text, (_GIVEN_OUT, table.ref.name))

    def _rows(self, table: KeptTable) -> TableRows:
        values = ", ".join(f"quote({quote(name)})" for name in table.columns) or "NULL"
        rows = self._connection.execute(f"SELECT {values} FROM main.{quote(table.ref.name)}")  # noqa: S608 - quoted
        digests = sorted(hashlib.sha256(repr(row).encode()).digest() for row in rows)
        return TableRows(count=len(digests), digest=hashlib.sha256(b"".join(digests)).hexdigest())


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise execution_error(error) from error


def _can_be_enforced(connection: sqlite3.Connection) -> bool:
    """Whether every foreign key refers to a key of a table, as far as the table is there."""
    try:
        connection.execute("pragma foreign_key_check").fetchall()
    except sqlite3.Error:
        return False
    return True


def _rowid_of(table: SqliteTable, realm: Realm) -> str | None:
    """A word that means the rowid and no column of the table."""
    columns = {item.ref.name.lower() for item in realm.children(table.ref) if isinstance(item, Column)}
    return next((word for word in ("rowid", "_rowid_", "oid") if word not in columns), None)


def _in_order(before: Realm, after: Realm, tables: Collection[Ref]) -> list[SqliteTable]:
    """The tables, each after those that it refers to in either state where that is possible."""
    found: dict[Ref, SqliteTable] = {}
    begun: set[Ref] = set()
    waiting = [(table.ref, False) for table in reversed(list(before.of(SqliteTable)))]
    while waiting:
        ref, is_next = waiting.pop()
        table = before.get(ref)
        if ref not in tables or not isinstance(table, SqliteTable):
            continue
        if is_next:
            found.setdefault(ref, table)
        elif ref not in begun:
            begun.add(ref)
            waiting.append((ref, True))
            keys = [item for realm in (before, after) for item in realm.children(ref) if isinstance(item, ForeignKey)]
            waiting += [(key.references, False) for key in reversed(keys)]
    return list(found.values())
