"""One connection to a SQLite database."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schema_core.dialects.protocol import BatchError, ExecutionError, Inspection, Scope, SplitError
from schema_core.dialects.sqlite.catalog import SCHEMA
from schema_core.dialects.sqlite.error_places import place_of
from schema_core.dialects.sqlite.over_rows import is_over_rows, table_of
from schema_core.dialects.sqlite.split import split
from schema_core.dialects.sqlite.urls import Location, parse
from schema_core.schema.errors import UserError
from schema_core.schema.ref import Ref
from schema_core.schema.results import ServerInfo
from schema_core.sqltext.source import SourceText
from schema_core.text.redact import redact_url
from schema_core.text.truncate import shorten

if TYPE_CHECKING:
    from schema_core.dialects.sample_rows import SampleRows
    from schema_core.dialects.sqlite.observation.locks import OtherConnection
    from schema_core.dialects.sqlite.observation.observer import SqliteObserver

OLDEST = (3, 37)
"""STRICT tables and ``PRAGMA table_list``, which tells virtual and shadow tables from others."""
_LONGEST_MESSAGE = 1000
_OWN_CONTROL = frozenset({"begin", "commit", "rollback"})
_LOADING_CODE = frozenset({"load_extension", "fts3_tokenizer"})
"""Functions that run code from elsewhere or from an address."""
_OTHER_FILE = "a migration may not open other database files (ATTACH, VACUUM INTO)"


def connect(url: str) -> SqliteSession:
    """Open a session on a file that is there; raises UserError for a bad URL, no such file, or one that is no database.

    A file is never made.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise UserError(f"The SQLite library of this Python is {sqlite3.sqlite_version}; 3.37 is the oldest supported.")
    location = parse(url)
    if location.path is not None and not location.path.is_file():
        raise UserError(f"There is no SQLite database {str(location.path)!r}; the URL was {redact_url(url)}.")
    try:
        connection = open_connection(location)
        connection.execute("select count(*) from sqlite_schema").fetchone()
    except sqlite3.Error as error:
        raise UserError(f"Cannot open {redact_url(url)}: {error}") from error
    return SqliteSession(connection, location)


def open_connection(location: Location) -> sqlite3.Connection:
    """A connection in autocommit mode, set up as the URL says."""
    connection = sqlite3.connect(location.file_uri(), uri=True, isolation_level=None)
    connection.execute(f"pragma busy_timeout = {location.busy_timeout_ms}")
    if location.synchronous is not None:
        connection.execute(f"pragma synchronous = {location.synchronous}")
    if location.foreign_keys is not None:
        connection.execute(f"pragma foreign_keys = {int(location.foreign_keys)}")
    return connection


class SqliteSession:
    """A session in autocommit mode; see ``protocol.Session``."""

    def __init__(self, connection: sqlite3.Connection, location: Location) -> None:
        """Wrap an open connection; from here on it opens no other file."""
        self.connection = connection
        self.location = location
        self._other: OtherConnection | None = None
        self._other_file = False
        self._violations_before: Counter[tuple[object, ...]] | None = None
        connection.set_authorizer(self._authorize)

    def server(self) -> ServerInfo:
        """The version of the library that answers."""
        return ServerInfo(engine="sqlite", version=sqlite3.sqlite_version, major=sqlite3.sqlite_version_info[0])

    def connected_schema(self) -> str | None:
        """The one schema of a file."""
        return "main"

    def execute(self, sql: str) -> None:
        """Run one statement outside any explicit transaction."""
        self.run(sql)

    def execute_script(self, script: str) -> None:
        """Run the statements of a script in one transaction, unless it begins or ends one itself."""
        try:
            statements = list(split(SourceText("script", script.encode())))
        except SplitError as error:
            raise ExecutionError(error.message, offset=error.offset) from error
        controlled = any(action.kind in _OWN_CONTROL for each in statements for action in each.actions)
        try:
            if controlled:
                self.execute_each([each.text for each in statements])
                self._refuse_open_transaction()
            else:
                with self.transaction():
                    self.execute_each([each.text for each in statements])
        except BatchError as error:
            self.roll_back()
            start = statements[error.index].span.start.offset
            raise ExecutionError(error.message, code=error.code, offset=start + (error.offset or 0)) from error

    def _refuse_open_transaction(self) -> None:
        """What follows would end up in it, and be lost with it."""
        if self.connection.in_transaction:
            self.roll_back()
            raise ExecutionError("a transaction that the script begins is still open at its end")

    def execute_each(self, statements: Sequence[str]) -> None:
        """Run statements in order."""
        for index, text in enumerate(statements):
            try:
                self.run(text)
            except ExecutionError as error:
                raise BatchError(index, error) from error

    def execute_at_once(self, statements: Sequence[str]) -> None:
        """There are no requests."""
        self.execute_each(statements)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction as apply opens it, see ``_unenforced``."""
        with self._unenforced():
            self.run("begin")
            try:
                yield
                self._check_foreign_keys()
                self.run("commit")
            finally:
                self.roll_back()

    @contextmanager
    def rollback_only(self) -> Iterator[None]:
        """The same, rolled back at the end; what would be refused at the commit is refused here."""
        with self._unenforced():
            self.run("begin")
            try:
                yield
                self._check_foreign_keys()
            finally:
                self.roll_back()

    def inspect(self, scope: Scope) -> Inspection:
        """Read the catalog; see ``inspect.inspect_all``."""
        from schema_core.dialects.sqlite.inspect import inspect_all

        try:
            return inspect_all(self.connection, scope)
        except sqlite3.Error as error:
            raise execution_error(error) from error

    def observer(self) -> SqliteObserver:
        """Start watching from the present state."""
        from schema_core.dialects.sqlite.observation.observer import SqliteObserver

        return SqliteObserver(self)

    def other_connection(self) -> OtherConnection | None:
        """A second connection to the file, as long as this session is open; None for a database in memory."""
        if self._other is None and self.location.path is not None:
            from schema_core.dialects.sqlite.observation.locks import OtherConnection

            self._other = OtherConnection(self.location)
        return self._other

    def sample_rows(self) -> SampleRows | None:
        """See ``rows.sample_rows``."""
        from schema_core.dialects.sqlite.rows.sample_rows import SqliteSampleRows

        return SqliteSampleRows(self.connection)

    def close(self) -> None:
        """Close the connection, and the second one."""
        if self._other is not None:
            self._other.close()
        self.connection.close()

    def run(self, sql: str) -> None:
        """Run one statement to its end, whatever it returns."""
        if (at := sql.find("\0")) >= 0:
            raise ExecutionError("the text cannot be sent: it holds a NUL byte", offset=len(sql[:at].encode()))
        self._other_file = False
        try:
            for _ in self.connection.execute(sql):
                pass
        except (sqlite3.Error, sqlite3.Warning) as error:
            if self._other_file:
                raise ExecutionError(_OTHER_FILE) from error
            raise execution_error(error, place_of(self.connection, sql, str(error)), sql) from error

    def roll_back(self) -> None:
        """End the open transaction, if one is open."""
        if self.connection.in_transaction:
            self.connection.execute("rollback")

    def enforces_foreign_keys(self) -> bool:
        """Whether this connection enforces foreign keys now."""
        return bool(self.connection.execute("pragma foreign_keys").fetchone()[0])

    @contextmanager
    def _unenforced(self) -> Iterator[None]:
        """Foreign keys as apply has them: not enforced in a file's transaction, and checked as a whole at its end.

        Only so can a file make a table anew without its rows' children being deleted with the old one.
        """
        if not self.enforces_foreign_keys():
            yield
            return
        self._violations_before = self._violations()
        self.run("pragma foreign_keys = off")
        try:
            yield
        finally:
            self._violations_before = None
            self.run("pragma foreign_keys = on")

    def _check_foreign_keys(self) -> None:
        """Raise ExecutionError for a row that points at no row and did so not before the transaction.

        Only where the connection enforces foreign keys outside of it.
        """
        if self._violations_before is None:
            return
        for table, row, parent, key in self._violations() - self._violations_before:
            if table is None:
                raise ExecutionError(f"foreign key check: {key}")
            # A table WITHOUT ROWID has no number for its row.
            raise ExecutionError(
                f"foreign key check: {'a row' if row is None else f'row {row}'} of table {table!r} refers to no row of "
                f"table {parent!r}",
                over_rows=True,
                table=Ref("table", SCHEMA, None, str(table)),
            )

    def _violations(self) -> Counter[tuple[object, ...]]:
        """The rows that point at no row; a foreign key that SQLite cannot check at all counts as one.

        They are counted, because rows of a table WITHOUT ROWID all look the same.
        """
        try:
            return Counter(self.connection.execute("pragma foreign_key_check").fetchall())
        except sqlite3.Error as error:
            return Counter([(None, None, None, str(error))])

    def _authorize(self, action: int, first: str | None, second: str | None, *_: object) -> int:
        """Keep other files closed, but for the nameless one that plain VACUUM attaches, and code of others out."""
        if action == sqlite3.SQLITE_ATTACH and first:
            self._other_file = True
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION and second in _LOADING_CODE:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK


def execution_error(error: Exception, offset: int | None = None, sql: str = "") -> ExecutionError:
    """SQLite's refusal of a statement."""
    over_rows = is_over_rows(error)
    return ExecutionError(
        shorten(str(error), _LONGEST_MESSAGE),
        code=getattr(error, "sqlite_errorname", None),
        offset=offset,
        over_rows=over_rows,
        table=table_of(sql) if over_rows else None,
    )
