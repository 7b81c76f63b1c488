"""A SQLite database that a plan is carried out on; see ``dialects.target``."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from schema_core.dialects.protocol import ExecutionError
from schema_core.dialects.sqlite.catalog import read_entries
from schema_core.dialects.sqlite.quoting import quote
from schema_core.dialects.sqlite.session import SqliteSession, connect
from schema_core.schema.accounts import Blocker
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.revisions import BOOKKEEPING

if TYPE_CHECKING:
    from schema_core.dialects.sqlite.revisions import SqliteRevisions

_POLL_SECONDS = 0.1
_STEPS_BETWEEN_LOOKS = 10_000
"""Of SQLite's virtual machine; between them Python can take a signal and have a statement given up."""


def open_target(url: str) -> SqliteTarget:
    """See ``protocol.Dialect.open_target``."""
    return SqliteTarget(connect(url))


class SqliteTarget:
    """See ``target.Target``."""

    def __init__(self, session: SqliteSession) -> None:
        self.session: SqliteSession = session
        self._given_up = False
        session.connection.set_progress_handler(lambda: int(self._given_up), _STEPS_BETWEEN_LOOKS)

    @contextmanager
    def hold(self, name: str, seconds: float) -> Iterator[None]:
        """A lock on a file of our own in the directory for temporary files, which the system releases when we die.

        SQLite's own lock is on the whole file and lasts as long as a transaction. A file in memory needs no lock:
        nobody else can open it.
        """
        path = self.session.location.path
        if path is None:
            yield
            return
        there = path.stat()
        digest = sha256(f"{name}\0{there.st_dev}\0{there.st_ino}".encode()).hexdigest()[:16]
        descriptor = _opened(Path(tempfile.gettempdir()) / f"schema-action-{digest}.lock")
        try:
            limit = time.monotonic() + seconds
            while not _locked(descriptor):
                if time.monotonic() >= limit:
                    raise UserError(
                        f"Another run holds the lock {name!r} of this database; wait for it, or give it longer with "
                        "--lock-timeout."
                    )
                time.sleep(_POLL_SECONDS)
            yield
        finally:
            os.close(descriptor)

    def limit_waits(self, seconds: float) -> None:
        """``busy_timeout``, whose zero is not to wait at all."""
        self.session.execute(f"pragma busy_timeout = {round(seconds * 1000) or 2**31 - 1}")

    @contextmanager
    def transaction(self, seconds: float) -> Iterator[None]:
        """``busy_timeout`` cannot be set inside."""
        self.limit_waits(seconds)
        with self.session.transaction():
            yield

    def is_busy(self, error: ExecutionError) -> bool:
        """Whether another connection was reading or writing for too long."""
        return (error.code or "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))

    def takes_no_transaction(self, error: ExecutionError) -> bool:
        """VACUUM, and PRAGMAs that say so."""
        return "within a transaction" in error.message

    @contextmanager
    def witness(self) -> Iterator[_Nobody]:
        """SQLite does not tell who is in the way."""
        yield _Nobody()

    def interrupt(self) -> None:
        """Give up the statement that runs."""
        self._given_up = True

    def waits_gently(self, text: str) -> bool:  # noqa: ARG002
        """A statement waits only for the one lock on the file."""
        return False

    def unfinished(self) -> frozenset[str]:
        """Nothing: each statement is done as a whole or not at all."""
        return frozenset()

    def remove_unfinished(self, name: str) -> bool:  # noqa: ARG002
        """There is never such an object."""
        return False

    def emptying(self) -> tuple[PlannedStatement, ...]:
        """Views and tables; indexes, triggers and shadow tables go with their tables.

        A table of a module keeps its data in tables of its own, which are gone afterwards.
        """
        entries = [item for item in read_entries(self.session.connection).values() if not item.is_internal()]
        shadows = self._shadow_tables()
        views = [item.name for item in entries if item.type == "view"]
        tables = [item.name for item in entries if item.type == "table" and item.name not in shadows | BOOKKEEPING]
        return tuple(
            PlannedStatement(text=f"DROP {word} {quote(name)}", comment=f'drop "{name}" {word.lower()}')
            for word, names in (("VIEW", views), ("TABLE", tables))
            for name in names
        )

    def revisions(self, schema: str | None) -> SqliteRevisions:
        """See ``revisions.SqliteRevisions``."""
        from schema_core.dialects.sqlite.revisions import SqliteRevisions

        return SqliteRevisions(self.session.connection, schema)

    def was_done(self, text: str) -> bool | None:  # noqa: ARG002
        """What runs outside of transactions (VACUUM, PRAGMA) may be run again."""
        return False

    def in_transaction(self) -> bool:
        """As SQLite says."""
        return self.session.connection.in_transaction

    def roll_back(self) -> None:
        """Nothing where there is none."""
        self.session.roll_back()

    def close(self) -> None:
        """Close the connection."""
        self.session.close()

    def _shadow_tables(self) -> frozenset[str]:
        rows = self.session.connection.execute("pragma main.table_list").fetchall()
        return frozenset(row[1] for row in rows if row[2] == "shadow")


class _Nobody:
    def seen(self) -> tuple[Blocker, ...]:
        return ()


def _opened(path: Path) -> int:
    try:
        # Opened without making it first: some systems refuse to make a file that is there and somebody else's.
        return os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UserError(f"The lock file {path} cannot be opened: {error.strerror}; remove it.") from error
    try:
        return os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        raise UserError(f"The lock file {path} cannot be made: {error.strerror}; set TMPDIR.") from error


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
