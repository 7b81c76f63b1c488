"""One connection to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from schema_core.dialects.postgres.connecting import open_connection
from schema_core.dialects.postgres.quoting import quote
from schema_core.dialects.postgres.urls import check, schema_of
from schema_core.dialects.protocol import BatchError, ExecutionError, Inspection, Scope
from schema_core.schema.errors import UserError
from schema_core.schema.ref import Ref
from schema_core.schema.results import ServerInfo
from schema_core.text.redact import redact, redact_url
from schema_core.text.truncate import shorten

if TYPE_CHECKING:
    from schema_core.dialects.postgres.observation.observer import PostgresObserver
    from schema_core.dialects.sample_rows import SampleRows

OLDEST_MAJOR = 14
_OVER_ROWS = frozenset({"21", "22", "23"})
"""Classes of SQLSTATE: a subquery of more than one row, a value that does not fit, a constraint that rows violate."""
_LONGEST_MESSAGE = 1000
"""The server repeats what it was sent: a token of a megabyte, or a whole file behind a quote that is never closed."""


def execution_error(error: psycopg.Error, text: str, major: int | None = None) -> ExecutionError:
    """The server's refusal of ``text``, its character position turned into a byte offset.

    With the server's ``major``, the hint to something that it lacks is ours: which other server has it.
    """
    from schema_core.dialects.postgres.missing import missing_piece

    diagnostic = error.diag
    offset = None
    if diagnostic.statement_position is not None and diagnostic.statement_position.isdecimal():
        offset = len(text[: int(diagnostic.statement_position) - 1].encode())
    # libpq's own messages are laid out in several lines for a terminal.
    message = diagnostic.message_primary or " ".join(str(error).split()) or type(error).__name__
    words = f"{message} {diagnostic.message_detail or ''}"
    hint = diagnostic.message_hint if major is None else missing_piece(words, major) or diagnostic.message_hint
    return ExecutionError(
        shorten(message, _LONGEST_MESSAGE),
        code=error.sqlstate,
        detail=diagnostic.message_detail and shorten(diagnostic.message_detail, _LONGEST_MESSAGE),
        hint=hint and shorten(hint, _LONGEST_MESSAGE),
        offset=offset,
        lost=isinstance(error, psycopg.OperationalError) and error.sqlstate is None,
        over_rows=(error.sqlstate or "")[:2] in _OVER_ROWS,
        table=_table_of(diagnostic),
    )


def _table_of(diagnostic: psycopg.errors.Diagnostic) -> Ref | None:
    if diagnostic.table_name is None:
        return None
    return Ref("table", diagnostic.schema_name, None, diagnostic.table_name)


def connect(url: str) -> PostgresSession:
    """Open a session in autocommit mode.

    Raises UserError for a URL that libpq does not understand, a server that does not let us in, or one that is too old.
    """
    shown = redact_url(url)  # from here on its password is removed from everything, server errors included
    check(url)
    schema = schema_of(url)
    try:
        connection = open_connection(url)
    except psycopg.Error as error:
        words = redact(" ".join(str(error).split()))
        raise UserError(f"Cannot connect to {shown}: {words}") from error
    if connection.info.server_version < OLDEST_MAJOR * 10000:
        connection.close()
        raise UserError(f"PostgreSQL {connection.info.server_version // 10000} is too old; 14 is the oldest supported.")
    if schema is not None:
        connection.execute("select pg_catalog.set_config('search_path', %s, false)", [quote(schema)])
    return PostgresSession(connection, schema)


class PostgresSession:
    """A session in autocommit mode; see ``protocol.Session``."""

    def __init__(self, connection: psycopg.Connection[Any], connected_schema: str | None) -> None:
        """Wrap an open connection; ``connected_schema`` is the URL's search_path, None for the whole database."""
        self.connection = connection
        self.major = connection.info.server_version // 10000
        self._scope_schema = connected_schema

    def server(self) -> ServerInfo:
        """Engine name, full version and major."""
        info = self.connection.info
        version = info.parameter_status("server_version") or ""
        return ServerInfo(engine="postgres", version=version.split()[0], major=info.server_version // 10000)

    def connected_schema(self) -> str | None:
        """The first existing schema of the search path."""
        row = self.connection.execute("select pg_catalog.current_schema()").fetchone()
        return row[0] if row else None

    def execute(self, sql: str) -> None:
        """Run one statement in autocommit mode."""
        _refuse_nul(sql)
        try:
            self.connection.execute(sql.encode())
        except psycopg.Error as error:
            raise self._refused(error, sql) from error
        except UnicodeEncodeError as error:
            raise ExecutionError(f"the text cannot be sent: {error.reason}") from error

    def execute_script(self, script: str) -> None:
        """Run a script as one simple-query message."""
        self.execute(script)

    def execute_each(self, statements: Sequence[str]) -> None:
        """Run statements one by one, each in a request of its own, so that the one that fails is known."""
        for index, text in enumerate(statements):
            try:
                _refuse_nul(text)
                self.connection.execute(text.encode())
            except ExecutionError as error:
                raise BatchError(index, error) from error
            except psycopg.Error as error:
                raise BatchError(index, self._refused(error, text)) from error

    def execute_at_once(self, statements: Sequence[str]) -> None:
        """Run statements as one message of the simple protocol, which is answered with a result for each."""
        from schema_core.dialects.postgres.one_message import joined, placed, send

        for index, text in enumerate(statements):
            try:
                _refuse_nul(text)
            except ExecutionError as error:
                raise BatchError(index, error) from error
        message = joined(statements)
        try:
            failed = send(self.connection, message)
        except psycopg.Error as error:
            raise BatchError(0, self._refused(error, message)) from error
        if failed is not None:
            done, cause = failed
            refused = self._refused(cause, message)
            index, refused.offset = placed(statements, done, refused.offset)
            raise BatchError(index, refused) from cause

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end, roll back when the block raises."""
        try:
            with self.connection.transaction():
                yield
        except psycopg.Error as error:
            raise self._refused(error, "") from error

    @contextmanager
    def rollback_only(self) -> Iterator[None]:
        """Roll back whatever happens."""
        self.execute("begin")
        try:
            yield
        finally:
            if not self.connection.closed:
                self.connection.execute("rollback")

    def inspect(self, scope: Scope) -> Inspection:
        """Read the catalogs; see ``inspect.inspect_all``."""
        from schema_core.dialects.postgres.inspect import inspect_all

        try:
            return inspect_all(self.connection, scope, self._scope_schema)
        except psycopg.Error as error:
            raise self._refused(error, "") from error

    def observer(self) -> PostgresObserver:
        """Start watching from the present state."""
        from schema_core.dialects.postgres.observation.observer import PostgresObserver

        return PostgresObserver(self)

    def sample_rows(self) -> SampleRows | None:
        """See ``rows.sample_rows``."""
        from schema_core.dialects.postgres.rows.sample_rows import PostgresSampleRows

        return PostgresSampleRows(self.connection)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _refused(self, error: psycopg.Error, text: str) -> ExecutionError:
        refused = execution_error(error, text, self.major)
        if self.connection.closed:
            refused.lost = True
        elif self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR and not text:
            self.connection.execute("rollback")
        return refused


def _refuse_nul(text: str) -> None:
    """The protocol ends a statement at a NUL byte: the rest would be left out without a word."""
    if (at := text.find("\0")) >= 0:
        raise ExecutionError("the text cannot be sent: it holds a NUL byte", offset=len(text[:at].encode()))
