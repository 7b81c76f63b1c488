"""The lock on the file, as another connection meets it."""

from __future__ import annotations

import sqlite3

from schema_core.dialects.sqlite.session import open_connection
from schema_core.dialects.sqlite.urls import Location
from schema_core.schema.observations import Evidence, Lock
from schema_core.schema.ref import Ref

FILE = Ref("database", None, None, "main")
"""What is locked: never less than the whole file."""
_MANUAL = "SQLite documentation, File Locking And Concurrency"
_COMMIT = Evidence(source=_MANUAL, detail="readers wait too while a commit is written, unless the file is in WAL mode")


class OtherConnection:
    """Somebody else who uses the file, and waits for nobody."""

    def __init__(self, location: Location) -> None:
        self._connection = open_connection(location)
        self._connection.execute("pragma busy_timeout = 0")

    def locks(self) -> tuple[Lock, ...]:
        """The lock that this connection meets now; none when it could write."""
        refused = self._refusal("begin immediate")
        if refused is None:
            self._connection.execute("rollback")
            return ()
        evidence = [Evidence(source="second connection", detail=f"BEGIN IMMEDIATE was refused: {refused}")]
        unread = self._refusal("pragma main.schema_version")
        if unread is not None:
            evidence.append(Evidence(source="second connection", detail=f"a read was refused: {unread}"))
            return (_lock("EXCLUSIVE", evidence),)
        return (_lock("RESERVED", [*evidence, _COMMIT]),)

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def _refusal(self, sql: str) -> str | None:
        try:
            self._connection.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            return str(error)
        return None


def documented_lock(detail: str) -> Lock:
    """The strongest lock, for what no transaction can hold still."""
    return _lock("EXCLUSIVE", [Evidence(source=_MANUAL, detail=detail)])


def _lock(mode: str, evidence: list[Evidence]) -> Lock:
    strength = {"RESERVED": 2, "EXCLUSIVE": 4}[mode]
    return Lock(
        ref=FILE,
        mode=mode,
        strength=strength,
        blocks_reads=mode == "EXCLUSIVE",
        blocks_writes=True,
        evidence=tuple(evidence),
    )
