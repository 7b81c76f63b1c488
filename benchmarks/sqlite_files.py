"""SQLite: observing, replaying and inspecting against the library used plainly."""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from measuring import pieces
from schema_core.dialects.protocol import Scope, Session
from schema_core.dialects.registry import dialect_named
from schema_core.directory.files import MigrationFile
from schema_core.lint.observe import observation
from schema_core.sources.replay import replay
from schema_core.sqltext.source import SourceText

DIALECT = dialect_named("sqlite")
TABLES, ROUNDS, FILES = 1_000, 50, 500
_NUMBERS = itertools.count(1)


def table(number: int) -> str:
    """A table of eight columns with two indexes, a check and a foreign key to its predecessor."""
    reference = f"references t{number - 1} (id)" if number else ""
    return (
        f"create table t{number} (id integer primary key, parent int {reference}, name text not null default 'x', "
        "email varchar(200) unique, created text default current_timestamp, amount numeric check (amount >= 0), "
        f"active int not null default 1, note text);\ncreate index i{number} on t{number} (parent);\n"
        f"create index p{number} on t{number} (lower(name)) where active;\n"
    )


def statements(number: int) -> str:
    """Four statements of a migration on an earlier table."""
    return (
        f"ALTER TABLE t{number} ADD COLUMN extra_{number} integer;\n"
        f"CREATE INDEX t{number}_extra ON t{number} (extra_{number});\n"
        f"ALTER TABLE t{number} DROP COLUMN note;\n"
        f"CREATE TABLE n{number} (id integer PRIMARY KEY, t int REFERENCES t{number} (id));\n"
    )


def measure() -> list[tuple[str, str, str, str, str]]:
    """Three rows: name, ours, peer, ratio or extra time, aim."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as directory:
        server = f"sqlite://{directory}/server.db?_sync=off"
        return [_observing(server), _replaying(server), _inspecting(server)]


def _session(server: str, base: str = "") -> Session:
    session = DIALECT.connect(DIALECT.create_database(server, f"bench_{next(_NUMBERS)}"))
    session.execute_script(base)
    return session


def _timed(session: Session, action: Callable[[], object]) -> float:
    with closing(session):
        started = time.perf_counter()
        action()
        return time.perf_counter() - started


def _observing(server: str) -> tuple[str, str, str, str, str]:
    base = "".join(table(number) for number in range(100))
    text = "".join(statements(number) for number in range(ROUNDS))
    split = list(DIALECT.split(SourceText("new.sql", text.encode())))

    def ours() -> float:
        session = _session(server, base)
        observer = session.observer()
        return _timed(session, lambda: [observation(observer.observe(each)) for each in split])

    def peer() -> float:
        session = _session(server, base)
        return _timed(session, lambda: [session.execute(each.text) for each in split])

    medians = pieces({"ours": ours, "peer": peer}, repeat=5)
    each = {name: seconds / len(split) * 1000 for name, seconds in medians.items()}
    extra = f"+{each['ours'] - each['peer']:.2f} ms"
    return (
        "SQLite: observe a statement / execute it",
        f"{each['ours']:.2f} ms",
        f"{each['peer']:.2f} ms",
        extra,
        "+5 ms",
    )


def _replaying(server: str) -> tuple[str, str, str, str, str]:
    files = [MigrationFile(f"{number:05}_t.sql", table(number).encode()) for number in range(FILES)]

    def ours() -> float:
        session = _session(server)
        return _timed(session, lambda: replay(session, DIALECT, files))

    def peer() -> float:
        path = Path(server.removeprefix("sqlite://").partition("?")[0]).with_name(f"peer_{next(_NUMBERS)}.db")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("pragma synchronous = off")
            started = time.perf_counter()
            for file in files:
                connection.executescript(f"begin; {file.source().text}; commit;")
            return time.perf_counter() - started

    return _row(f"SQLite: replay {FILES:,} files / `executescript`, a transaction a file", ours, peer, "1.2")


def _inspecting(server: str) -> tuple[str, str, str, str, str]:
    filled = _session(server, "".join(table(number) for number in range(TABLES)))
    connection: sqlite3.Connection = filled.connection  # type: ignore[attr-defined]

    def ours() -> float:
        started = time.perf_counter()
        filled.inspect(Scope())
        return time.perf_counter() - started

    def peer() -> float:
        started = time.perf_counter()
        names = [name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")]
        for name in names:
            for pragma in ("table_xinfo", "foreign_key_list", "index_list"):
                found = connection.execute(f"select * from pragma_{pragma}(?)", [name]).fetchall()
                for row in found if pragma == "index_list" else ():
                    connection.execute("select * from pragma_index_xinfo(?)", [row[1]]).fetchall()
        return time.perf_counter() - started

    row = _row(f"SQLite: inspect {TABLES:,} tables / read the PRAGMAs of each", ours, peer, "1")
    filled.close()
    return row


def _row(name: str, ours: Callable[[], float], peer: Callable[[], float], aim: str) -> tuple[str, str, str, str, str]:
    medians = pieces({"ours": ours, "peer": peer}, repeat=5)
    ratio = f"{medians['ours'] / medians['peer']:.2f}"
    return (name, f"{medians['ours']:.2f} s", f"{medians['peer']:.2f} s", ratio, aim)


if __name__ == "__main__":
    print(measure())
