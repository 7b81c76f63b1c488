"""Kills ``migrate apply`` at every exchange with the database, then looks at what is left and runs it again.

Run as a program: ``crash_matrix.py URL MODE``; prints counts as JSON, or ends with the first violation. It forks a
child for each case, so that everything is imported once. A case is an exchange (a statement, BEGIN, COMMIT, a write to
the revisions table, the lock …) and a moment: before it is sent, while the database works on it, after the answer came.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from schema_core.apply.carry_out import Patience
from schema_core.directory import sums
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.operations.migrate_apply import MigrateApplySettings, migrate_apply
from schema_core.operations.on_target import TargetSettings

MOMENTS = ("before", "during", "after")

FIRST = "CREATE TABLE log (n integer);\nINSERT INTO log VALUES (1);\nINSERT INTO log VALUES (2);\n"
CONCURRENT = (
    "-- atlas:txmode none\n\nINSERT INTO log VALUES (3);\nCREATE INDEX CONCURRENTLY log_n ON log (n);\n"
    "INSERT INTO log VALUES (4);\n"
)
ONE_BY_ONE = (
    "-- atlas:txmode none\n\nINSERT INTO log VALUES (3);\nPRAGMA foreign_keys = off;\nCREATE INDEX log_n ON log (n);\n"
    "INSERT INTO log VALUES (4);\n"
)
OWN = "BEGIN;\nINSERT INTO log VALUES (5);\nINSERT INTO log VALUES (6);\nCOMMIT;\nINSERT INTO log VALUES (7);\n"
SHARED = "INSERT INTO log VALUES (3);\nCREATE INDEX log_n ON log (n);\nINSERT INTO log VALUES (4);\n"
LAST = "INSERT INTO log VALUES (5);\nINSERT INTO log VALUES (6);\nINSERT INTO log VALUES (7);\n"
ALL = list(range(1, 8))
WHOLE = {
    "file": [[], [1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6], ALL],
    "none": [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6], ALL],
    "all": [[], ALL],
}
"""What the table may hold after a crash: a whole number of statements, and of transactions."""


class Killer:
    """Ends this process at one exchange; counts them otherwise."""

    def __init__(self, at: int, moment: str) -> None:
        self.count = 0
        self.at = at
        self.moment = moment

    def exchange(self, run: Callable[[], Any], during: Callable[[], Any]) -> Any:
        self.count += 1
        if self.count != self.at:
            return run()
        if self.moment == "before":
            end()
        if self.moment == "during":
            during()
            end()
        run()
        return end()


def end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def watch_postgres(killer: Killer) -> None:
    """Every exchange of an open connection goes through ``Connection.wait``."""
    wait = psycopg.Connection.wait

    def killing(self: Any, generator: Any, *arguments: Any, **named: Any) -> Any:
        def during() -> None:
            with contextlib.suppress(StopIteration):
                next(generator)  # sends it, up to the first wait for the answer
            time.sleep(0.002 * (killer.at % 3))

        return killer.exchange(lambda: wait(self, generator, *arguments, **named), during)

    psycopg.Connection.wait = killing  # type: ignore[method-assign]


def watch_sqlite(killer: Killer) -> None:
    """Every exchange is a call of ``Connection.execute``."""

    class Killing(sqlite3.Connection):
        def execute(self, *arguments: Any) -> Any:
            def during() -> None:
                self.set_progress_handler(end, 1)
                sqlite3.Connection.execute(self, *arguments)

            return killer.exchange(lambda: sqlite3.Connection.execute(self, *arguments), during)

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **named: connect(*arguments, factory=Killing, **named)  # type: ignore[assignment]


def write_directory(path: Path, mode: str, *, postgres: bool) -> None:
    middle = SHARED if mode == "all" else CONCURRENT if postgres else ONE_BY_ONE
    for name, text in (
        ("1_first.sql", FIRST),
        ("2_middle.sql", middle),
        ("3_last.sql", LAST if mode == "all" else OWN),
    ):
        (path / name).write_text(text)
    opened = MigrationDirectory.open(str(path))
    (path / sums.SUM_FILE_NAME).write_text(sums.of(opened).text())


def settings(url: str, directory: Path, mode: str) -> MigrateApplySettings:
    return MigrateApplySettings(
        url=url,
        directory=str(directory),
        transaction_mode=mode,  # type: ignore[arg-type]
        store_files=True,
        target=TargetSettings(lock_timeout=20, patience=Patience(lock_wait=10, retries=2)),
    )


class Matrix:
    def __init__(self, url: str, mode: str, directory: Path) -> None:
        self.url = url
        self.mode = mode
        self.directory = directory
        self.postgres = url.startswith("postgres")
        self.counts: Counter[str] = Counter()

    def run(self) -> None:
        total = self.child(0, "never")
        for at in range(1, total + 1):
            for moment in MOMENTS:
                self.reset()
                self.child(at, moment)
                try:
                    self.check()
                except BaseException:
                    sys.stderr.write(f"{self.mode}, exchange {at} of {total}, killed {moment} it\n")
                    raise
                self.counts[f"killed {moment}"] += 1
        self.counts["exchanges"] = total

    def child(self, at: int, moment: str) -> int:
        """Run in a child; returns how many exchanges there were when it was not to be killed."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                killer = Killer(at, moment)
                (watch_postgres if self.postgres else watch_sqlite)(killer)
                result = migrate_apply(settings(self.url, self.directory, self.mode))
                os.write(writing, f"{killer.count} {result.status}".encode())
            except BaseException:  # noqa: BLE001 - whatever it is, the parent has to see it
                traceback.print_exc()
                os._exit(3)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            told = pipe.read().split()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        if killed == (at == 0) or (not killed and told[1:] != ["applied"]):
            raise AssertionError(f"the run ended with {status}: {told}")
        return int(told[0]) if told else 0

    def check(self) -> None:
        """What is there is whole, and another run makes it complete without doing anything twice."""
        url = settings(self.url, self.directory, self.mode)
        # The lock is free only when the server has noticed that the killed run is gone.
        again = None
        rows = None
        if self.postgres:
            self.wait_for_lock()
        rows = self.rows()
        if rows not in WHOLE[self.mode]:
            raise AssertionError(f"after the crash: {rows}")
        self.counts[f"left with {len(rows)} of {len(ALL)} rows"] += 1
        again = migrate_apply(url)
        if again.status == "failed" or self.rows() != ALL:
            raise AssertionError(f"the next run: {again.status}, {again.error}, {self.rows()}")
        self.counts[f"next run {again.status}"] += 1
        if migrate_apply(url).status != "synced" or self.stored() != 3 or not self.has_index():
            raise AssertionError("the run after that had something to do")

    def wait_for_lock(self) -> None:
        with self.connection() as connection:
            while connection.execute("select from pg_locks where locktype = 'advisory'").fetchone() is not None:
                time.sleep(0.005)

    @contextlib.contextmanager
    def connection(self) -> Iterator[Any]:
        if self.postgres:
            with psycopg.connect(self.url, autocommit=True) as connection:
                yield connection
        else:
            with contextlib.closing(sqlite3.connect(self.url.removeprefix("sqlite://"))) as connection:
                yield connection

    def rows(self) -> list[int]:
        with self.connection() as connection:
            try:
                return [row[0] for row in connection.execute("select n from log order by n").fetchall()]
            except (psycopg.errors.UndefinedTable, sqlite3.OperationalError):
                return []

    def stored(self) -> int:
        place = "atlas_schema_revisions." if self.postgres else ""
        with self.connection() as connection:
            return int(connection.execute(f"select count(*) from {place}schema_action_stored_files").fetchone()[0])

    def has_index(self) -> bool:
        query = "select 1 from sqlite_schema where name = 'log_n'"
        if self.postgres:
            query = "select 1 from pg_index where indexrelid = 'log_n'::regclass and indisvalid"
        with self.connection() as connection:
            return connection.execute(query).fetchone() is not None

    def reset(self) -> None:
        if self.postgres:
            with self.connection() as connection:
                connection.execute(
                    "drop schema public cascade; create schema public;"
                    " drop schema if exists atlas_schema_revisions cascade"
                )
            return
        path = Path(self.url.removeprefix("sqlite://"))
        for name in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + name).unlink(missing_ok=True)
        path.touch()


def main() -> None:
    url, mode = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_directory(directory, mode, postgres=url.startswith("postgres"))
        matrix = Matrix(url, mode, directory)
        matrix.run()
    sys.stdout.write(json.dumps(matrix.counts))


if __name__ == "__main__":
    main()
