"""The observer: one statement, one transaction, and all that SQLite lets us see of it."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from schema_core.dialects.protocol import Effects, ExecutionError, Inspection, Transaction
from schema_core.dialects.sqlite.catalog import SCHEMA, Catalog, Entry, read_catalog, read_columns
from schema_core.dialects.sqlite.inspect import inspection_of, objects_of, unmodelled_of
from schema_core.dialects.sqlite.observation.defaults import refused_defaults
from schema_core.dialects.sqlite.observation.effects import EffectReader
from schema_core.dialects.sqlite.observation.identities import Identities, same_after_several, same_after_statement
from schema_core.dialects.sqlite.observation.locks import documented_lock
from schema_core.dialects.sqlite.observation.program import Program, read_program
from schema_core.dialects.sqlite.realm_builder import Names
from schema_core.schema.objects import ForeignKey, SchemaObject, Table, Unmodelled
from schema_core.schema.observations import Evidence, Rewrite
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Statement

if TYPE_CHECKING:
    from schema_core.dialects.sqlite.session import SqliteSession

_NOT_INSIDE = re.compile(r"(within|inside|from within) a transaction")
"""How SQLite refuses what only runs outside of transactions: VACUUM, a change of the journal or safety level."""
_NOT_EXPLAINED = frozenset({"set parameter", "show parameter", "explain"})
"""A PRAGMA may do its work while it is compiled."""
_CATALOG_ROOT = 1
"""The root page of ``sqlite_schema``, which ``PRAGMA writable_schema`` lets anybody write to."""
_OF_THE_CONNECTION = "foreign_keys="
_REWRITTEN = "SQLite documentation, VACUUM"


class SqliteObserver:
    """Runs statements one by one on one session and keeps the state between them."""

    def __init__(self, session: SqliteSession) -> None:
        """Read the present state."""
        self._session = session
        self._connection = session.connection
        self._other = session.other_connection()
        self._identities = Identities()
        self._catalog = Catalog(entries={}, kinds={})
        self._realm = Realm()
        self._unmodelled: tuple[Unmodelled, ...] = ()
        self._version = -1
        self._shared: Transaction | None = None
        self._enforced = False
        self.refresh()

    def state(self) -> Inspection:
        """The state after the last statement."""
        return Inspection(realm=self._realm, unmodelled=self._unmodelled, identities=dict(self._identities.present))

    def refresh(self) -> None:
        """Read the state anew; see ``protocol.Observer``."""
        catalog = read_catalog(self._connection)
        inspection = inspection_of(catalog, read_columns(self._connection))
        same = same_after_several(self._catalog.entries, catalog.entries)
        self._identities.follow(self._realm.values(), inspection.realm.values(), {SCHEMA: SCHEMA, **same})
        self._realm = inspection.realm
        self._adopt(catalog)

    def observe(
        self, statement: Statement, preamble: Sequence[str] = (), transaction: Transaction | None = None
    ) -> Effects:
        """Execute, watch and commit one statement; see ``protocol.Observer``."""
        kinds = {action.kind for action in statement.actions}
        if self._shared is None and transaction is None and _sets_connection(statement):
            return self._observe_outside(statement, locked=False)
        try:
            return self._observe_in_transaction(statement, preamble, transaction)
        except ExecutionError as error:
            if self._shared is not None or _NOT_INSIDE.search(error.message) is None:
                raise
            return self._observe_outside(statement, locked="vacuum" in kinds)

    def share_transaction(self, transaction: Transaction) -> None:
        """See ``protocol.Observer``."""
        self._begin(transaction)
        self._shared = transaction

    def end_shared_transaction(self, *, commit: bool) -> None:
        """See ``protocol.Observer``."""
        try:
            if commit:
                self._commit()
        finally:
            self._shared = None
            self._end()
            self.refresh()

    def _begin(self, transaction: Transaction | None) -> None:
        """Open a transaction; apply does not let foreign keys be enforced in that of a file."""
        self._enforced = self._session.enforces_foreign_keys()
        if transaction == "file" and self._enforced:
            self._session.run("pragma foreign_keys = off")
        self._session.run("begin")

    def _commit(self) -> None:
        if self._connection.in_transaction:
            self._session.run("commit")

    def _end(self) -> None:
        """Leave no transaction open, and foreign keys as they were."""
        self._session.roll_back()
        if self._enforced:
            self._session.run("pragma foreign_keys = on")
            self._enforced = False

    def _observe_in_transaction(
        self, statement: Statement, preamble: Sequence[str], transaction: Transaction | None
    ) -> Effects:
        if self._shared is not None:
            return self._observe_inside(statement)
        self._begin(transaction)
        try:
            for text in preamble:
                self._session.run(text)
            effects = self._observe_inside(statement, commit=True)
        except BaseException:
            self._end()
            if self._version != self._schema_version():
                self.refresh()
            raise
        self._end()
        return effects

    def _observe_inside(self, statement: Statement, *, commit: bool = False) -> Effects:
        program = self._program(statement)
        started = time.perf_counter()
        self._session.run(statement.text)
        duration = (time.perf_counter() - started) * 1000
        locks = self._other.locks() if self._other is not None and self._connection.in_transaction else ()
        refused = refused_defaults(self._connection, statement)
        same = self._schema_version() == self._version and _CATALOG_ROOT not in program.filled
        catalog = self._catalog if same else read_catalog(self._connection)
        if commit:
            self._commit()
        reader = EffectReader(program, statement.actions, self._catalog, catalog.entries)
        unmodelled = self._unmodelled_in(catalog)
        before, after, identities_before, identities_after = self._advance(
            catalog, same_after_statement(self._catalog.entries, catalog.entries)
        )
        return Effects(
            certainty="observed",
            in_transaction=True,
            duration_ms=duration,
            locks=locks,
            rewrites=reader.rewrites(),
            scans=reader.scans(),
            index_builds=reader.index_builds(),
            notices=(*reader.notices(), *refused),
            before=before,
            after=after,
            identities_before=identities_before,
            identities_after=identities_after,
            unmodelled=unmodelled,
        )

    def _observe_outside(self, statement: Statement, *, locked: bool) -> Effects:
        """Run a statement outside of transactions; nobody can look at the file meanwhile."""
        started = time.perf_counter()
        self._session.run(statement.text)
        duration = (time.perf_counter() - started) * 1000
        rewrites: list[Rewrite] = []
        if locked:
            evidence = (Evidence(source=_REWRITTEN, detail="copies the whole file"),)
            rewrites = [Rewrite(ref=table.ref, evidence=evidence) for table in self._realm.of(Table)]
            # The rows of the catalog may have other numbers and its pages other places now, and names are the same.
            self.refresh()
        return Effects(
            certainty="documented" if locked else "observed",
            in_transaction=not locked and _sets_connection(statement),
            duration_ms=duration,
            locks=(documented_lock("VACUUM keeps everybody out while it copies the file back"),) if locked else (),
            rewrites=tuple(rewrites),
        )

    def _program(self, statement: Statement) -> Program:
        if not _NOT_EXPLAINED.isdisjoint(action.kind for action in statement.actions):
            return Program()
        try:
            return read_program(self._connection, statement.text)
        except sqlite3.Error:
            # Running it says the same with a place.
            return Program()

    def _schema_version(self) -> int:
        return int(self._connection.execute("pragma schema_version").fetchone()[0])

    def _unmodelled_in(self, catalog: Catalog) -> tuple[Unmodelled, ...]:
        """The virtual tables, and their shadow tables, that came, went or changed."""
        before, after = (
            {item.ref: entries for item in unmodelled_of(each) for entries in (_sql_of(each.entries, item.ref),)}
            for each in (self._catalog, catalog)
        )
        refs = [ref for ref in {**before, **after} if before.get(ref) != after.get(ref)]
        return tuple(Unmodelled(ref=ref) for ref in refs)

    def _advance(
        self, catalog: Catalog, same: Mapping[str, str]
    ) -> tuple[tuple[SchemaObject, ...], tuple[SchemaObject, ...], dict[Ref, str], dict[Ref, str]]:
        """Bring the state up to a catalog, reading what differs; those objects before and after."""
        if catalog is self._catalog:
            return (), (), {}, {}
        old, new = self._touched(catalog, same)
        entries = catalog.modelled()
        touched = [entry for entry in entries if entry.table.lower() in new]
        tables = [entry.name for entry in touched if entry.type == "table"]
        after = tuple(objects_of(touched, read_columns(self._connection, tables), Names(entries)))
        before = tuple(self._families(old))
        identities = self._identities.follow(before, after, same)
        self._realm = self._realm.replaced((item.ref for item in before), after)
        self._adopt(catalog)
        return before, after, *identities

    def _touched(self, catalog: Catalog, same: Mapping[str, str]) -> tuple[set[str], set[str]]:
        """Tables and views whose rows in the catalog changed: their names (in lower case) before, and now.

        A foreign key that leaves the columns to the other table's primary key changes with that table.
        """
        known = self._catalog.entries
        rows = [rowid for rowid in {*known, *catalog.entries} if known.get(rowid) != catalog.entries.get(rowid)]
        old = {known[rowid].table.lower() for rowid in rows if rowid in known}
        new = {catalog.entries[rowid].table.lower() for rowid in rows if rowid in catalog.entries}
        old |= {
            (key.ref.parent or "").lower()
            for key in self._realm.of(ForeignKey)
            if key.references.name.lower() in old | new
        }
        lowered = {former.lower(): name.lower() for former, name in same.items()}
        new |= {lowered[name] for name in old if name in lowered}
        old |= {former for former, name in lowered.items() if name in new}
        return old, new

    def _families(self, names: Container[str]) -> Iterator[SchemaObject]:
        """The tables and views of these names (in lower case), with all that belongs to them."""
        for entry in self._catalog.entries.values():
            if entry.type in ("table", "view") and entry.name.lower() in names:
                item = self._realm.get(Ref(entry.type, SCHEMA, None, entry.name))
                if item is not None:
                    yield item
                    yield from self._realm.children(item.ref)

    def _adopt(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._unmodelled = unmodelled_of(catalog)
        self._version = self._schema_version()


def _sets_connection(statement: Statement) -> bool:
    """Whether the statement only sets something for the connection that SQLite ignores inside a transaction."""
    return any(
        action.kind == "set parameter" and (action.detail or "").startswith(_OF_THE_CONNECTION)
        for action in statement.actions
    )


def _sql_of(entries: Mapping[int, Entry], ref: Ref) -> str:
    return next((entry.sql for entry in entries.values() if entry.name == ref.name), "")
