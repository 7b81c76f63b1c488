"""A PostgreSQL database that a plan is carried out on; see ``dialects.target``."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from schema_core.dialects.postgres.connecting import open_connection
from schema_core.dialects.postgres.session import PostgresSession, connect, execution_error
from schema_core.dialects.postgres.urls import schema_of
from schema_core.dialects.protocol import ExecutionError, SplitError
from schema_core.schema.accounts import Blocker
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement
from schema_core.sqltext.source import SourceText
from schema_core.text.truncate import one_line

if TYPE_CHECKING:
    from schema_core.dialects.postgres.revisions import PostgresRevisions

_POLL_SECONDS = 0.1
_IDLE_SECONDS = 0.02
_FIRST_LOOK_SECONDS = 0.1
"""Nobody looks at a statement that is done by then."""
_LONGEST_QUERY = 120
_IN_TRANSACTION = frozenset({psycopg.pq.TransactionStatus.INTRANS, psycopg.pq.TransactionStatus.INERROR})
_BUSY = frozenset({"55P03", "40P01"})
"""SQLSTATE lock_not_available and deadlock_detected."""

_BLOCKERS = (
    "select pid, coalesce(application_name, ''), query_start, coalesce(query, '')"
    " from pg_catalog.pg_stat_activity where pid = any(pg_catalog.pg_blocking_pids(%s)) order by pid"
)
_HOLDER = (
    "select activity.pid, coalesce(application_name, ''), query_start, coalesce(query, '')"
    " from pg_catalog.pg_locks as lock join pg_catalog.pg_stat_activity as activity on activity.pid = lock.pid"
    " where locktype = 'advisory' and classid = 0 and objid = %s and objsubid = 1 and granted"
    " and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())"
)
_INVALID = (
    "select pg_catalog.format('%I.%I', nspname, relname) from pg_catalog.pg_index"
    " join pg_catalog.pg_class on pg_class.oid = indexrelid"
    " join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace"
    " where not indisvalid and relkind = 'i'"
)
_STRING = re.compile(r"'(?:[^']|'')*(?:'|$)")
_NUMBER = re.compile(r"(?<![\w$.])\d[\d.]*")


def open_target(url: str) -> PostgresTarget:
    """See ``protocol.Dialect.open_target``."""
    return PostgresTarget(url)


def lock_number(name: str) -> int:
    """The number of an advisory lock: FNV-1, 32 bit, of its name, as Atlas has it."""
    number = 0x811C9DC5
    for byte in name.encode():
        number = (number * 0x01000193) % (1 << 32) ^ byte
    return number


class PostgresTarget:
    """See ``target.Target``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.session: PostgresSession = connect(url)
        self._pid = self.session.connection.info.backend_pid
        self._watcher: _Watcher | None = None

    @contextmanager
    def hold(self, name: str, seconds: float) -> Iterator[None]:
        """An advisory lock of the session, asked for again and again.

        Waiting for it in one call would hold a snapshot, for which CREATE INDEX CONCURRENTLY of the other run waits.
        """
        number = lock_number(name)
        limit = time.monotonic() + seconds
        while not self._row("select pg_catalog.pg_try_advisory_lock(%s)", number)[0]:
            if time.monotonic() >= limit:
                raise UserError(self._held(name, number))
            time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            with contextlib.suppress(psycopg.Error):  # else the server released it with the connection
                self.session.connection.execute("select pg_catalog.pg_advisory_unlock(%s)", [number])

    def _held(self, name: str, number: int) -> str:
        rows = self._rows(_HOLDER, number)
        holder = f" (session {rows[0][0]}, {rows[0][1] or 'without a name'})" if rows else ""
        return (
            f"Another run{holder} holds the lock {name!r} of this database; wait for it, give it longer with "
            "--lock-timeout, or end that session."
        )

    def limit_waits(self, seconds: float) -> None:
        """``lock_timeout``, until it is set again."""
        self.session.execute(f"set lock_timeout = {round(seconds * 1000)}")

    @contextmanager
    def transaction(self, seconds: float) -> Iterator[None]:
        """Opened by one message, because there may be thousands."""
        self.session.execute(f"begin; set local lock_timeout = {round(seconds * 1000)}")
        try:
            yield
        except BaseException:
            with contextlib.suppress(ExecutionError):
                self.roll_back()
            raise
        self.session.execute("commit")

    def is_busy(self, error: ExecutionError) -> bool:
        """A lock that was not given in time, or a deadlock that this session was chosen to break."""
        return error.code in _BUSY

    def takes_no_transaction(self, error: ExecutionError) -> bool:
        """SQLSTATE active_sql_transaction, as for a REINDEX of what turns out to be partitioned."""
        return error.code == "25001"

    @contextmanager
    def witness(self) -> Iterator[_Witness]:
        """Look from a second connection, which is opened only when a statement takes a while."""
        if self._watcher is None:
            self._watcher = _Watcher(self._url, self._pid)
            self._watcher.start()
        try:
            yield self._watcher.begin()
        finally:
            self._watcher.end()

    def interrupt(self) -> None:
        """Cancel what the server is doing for the session."""
        with contextlib.suppress(psycopg.Error):
            self.session.connection.cancel_safe(timeout=5)

    def waits_gently(self, text: str) -> bool:
        """What is done CONCURRENTLY waits for old transactions under a lock that readers and writers do not meet."""
        from schema_core.dialects.postgres.split import split

        try:
            statements = list(split(SourceText("statement", text.encode())))
        except SplitError:
            return False
        return any(action.has("concurrently") for statement in statements for action in statement.actions)

    def unfinished(self) -> frozenset[str]:
        """Invalid indexes: what CREATE INDEX and REINDEX CONCURRENTLY leave behind when they fail."""
        return frozenset(str(name) for (name,) in self._rows(_INVALID))

    def remove_unfinished(self, name: str) -> bool:
        """Drop an invalid index, without keeping anybody out of its table."""
        try:
            self.session.execute(f"drop index concurrently if exists {name}")
        except ExecutionError:
            return False
        return True

    def emptying(self) -> tuple[PlannedStatement, ...]:
        """See ``emptying.emptying``."""
        from schema_core.dialects.postgres.emptying import emptying

        return emptying(self._url)

    def revisions(self, schema: str | None) -> PostgresRevisions:
        """See ``revisions.PostgresRevisions``."""
        from schema_core.dialects.postgres.revisions import PostgresRevisions

        return PostgresRevisions(self.session.connection, schema_of(self._url), schema)

    def was_done(self, text: str) -> bool | None:
        """See ``left_unseen.was_done``."""
        from schema_core.dialects.postgres.left_unseen import was_done

        return was_done(self.session.connection, text)

    def in_transaction(self) -> bool:
        """As the server said last."""
        return self.session.connection.info.transaction_status in _IN_TRANSACTION

    def roll_back(self) -> None:
        """Nothing where there is none."""
        if self.in_transaction():
            self.session.execute("rollback")

    def close(self) -> None:
        """Close the connection, and the one that looks."""
        if self._watcher is not None:
            self._watcher.stop()
        self.session.close()

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self.session.connection.execute(query.encode(), values or None).fetchall()
        except psycopg.Error as error:
            raise execution_error(error, "") from error

    def _row(self, query: str, *values: object) -> tuple[Any, ...]:
        return self._rows(query, *values)[0]


class _Witness:
    """What the watcher saw while one block ran."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.blockers: tuple[Blocker, ...] = ()

    def seen(self) -> tuple[Blocker, ...]:
        return self.blockers


class _Watcher(threading.Thread):
    """Asks the server again and again whom a session waits for, while it does, and tells the present witness."""

    def __init__(self, url: str, pid: int) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._pid = pid
        self._over = threading.Event()
        self._present: _Witness | None = None

    def begin(self) -> _Witness:
        self._present = _Witness()
        return self._present

    def end(self) -> None:
        self._present = None

    def stop(self) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        # Who is in the way is good to know; that it cannot be found out is no failure of the run.
        connection: psycopg.Connection[Any] | None = None
        with contextlib.suppress(psycopg.Error):
            while not self._over.wait(_IDLE_SECONDS):
                witness = self._present
                if witness is None or time.monotonic() - witness.since < _FIRST_LOOK_SECONDS:
                    continue
                connection = connection or open_connection(self._url)
                rows = connection.execute(_BLOCKERS, [self._pid]).fetchall()
                if rows:
                    witness.blockers = tuple(_blocker(row) for row in rows)
                self._over.wait(_POLL_SECONDS)
        if connection is not None:
            connection.close()


def _blocker(row: tuple[Any, ...]) -> Blocker:
    pid, application, since, query = row
    return Blocker(
        session=str(pid),
        application=application,
        since=since.isoformat(timespec="seconds") if since is not None else None,
        query=one_line(_without_values(query), _LONGEST_QUERY),
    )


def _without_values(query: str) -> str:
    """A query of somebody else without the constants in it, which may be anybody's data.

    The server gives the first kilobyte, so that the end may be missing and the grammar refuse it.
    """
    from schema_core.dialects.postgres.parse_tree import normalized

    shown = normalized(query)
    if shown is None:
        shown = _NUMBER.sub("?", query)
    return _STRING.sub("?", shown)
