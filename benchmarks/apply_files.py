"""``migrate apply`` of 1,000 files, and ``migrate status`` of 5,000, as processes.

The peer of the first is what runs the same files in one session with the same transactions: psql, and for SQLite the
library of this Python, as the sqlite3 program is not everywhere. Status has no peer: its aim is a time.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measuring import pieces
from replay_files import FILES, migration
from schema_core.dialects.registry import dialect_named
from schema_core.directory import sums
from schema_core.directory.migration_directory import MigrationDirectory
from throwaway import libpq_url, server

_REVISIONS = 5_000
_OURS = [str(Path(sys.executable).with_name("schema-action")), "migrate"]
_SQLITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for name in sys.stdin.read().splitlines():
    connection.executescript("begin;" + open(name).read() + "commit;")
"""


def measure() -> list[tuple[str, str, str, str, str]]:
    """Rows: name, ours, peer, ratio, aim."""
    with tempfile.TemporaryDirectory() as folder, server() as running:
        path = Path(folder)
        dialect = dialect_named("postgres")
        directory = _directory(path / "postgres", FILES, migration)
        script = "".join(f"begin;\n\\i '{name}'\ncommit;\n" for name in sorted(directory.glob("*.sql")))
        count = 0

        def fresh() -> str:
            nonlocal count
            count += 1
            return dialect.create_database(running.url, f"apply_{count}")

        def peer() -> float:
            command = [str(running.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", libpq_url(fresh())]
            return _timed(command, script)

        postgres = pieces({"ours": lambda: _apply(fresh(), directory), "peer": peer}, repeat=5)
        status = _status(fresh(), path)
        sqlite = _sqlite(path)
    return [
        _row(f"`migrate apply`, {FILES:,} files / `psql`", postgres),
        _row(f"SQLite: `migrate apply`, {FILES:,} files / the library, a transaction a file", sqlite),
        (f"`migrate status`, {_REVISIONS:,} revisions", f"{status:.2f} s", "", "", "0.5 s"),
    ]


def _row(name: str, medians: dict[str, float]) -> tuple[str, str, str, str, str]:
    ratio = medians["ours"] / medians["peer"]
    return (name, f"{medians['ours']:.2f} s", f"{medians['peer']:.2f} s", f"{ratio:.2f}", "1.3")


def _sqlite(path: Path) -> dict[str, float]:
    directory = _directory(path / "sqlite", FILES, _plain)
    names = "\n".join(str(name) for name in sorted(directory.glob("*.sql")))
    count = 0

    def fresh() -> Path:
        nonlocal count
        count += 1
        file = path / f"{count}.db"
        file.touch()
        return file

    return pieces(
        {
            "ours": lambda: _apply(f"sqlite://{fresh()}", directory),
            "peer": lambda: _timed([sys.executable, "-c", _SQLITE, str(fresh())], names),
        },
        repeat=5,
    )


def _plain(number: int) -> str:
    """The same as on PostgreSQL, as far as SQLite has it."""
    return "".join(f"{line}\n" for line in migration(number).splitlines() if not line.startswith("COMMENT"))


def _status(url: str, path: Path) -> float:
    """The median time of the process, with all files applied."""
    directory = _directory(path / "many", _REVISIONS, lambda number: f"SELECT {number};\n")
    _apply(url, directory)
    command = [*_OURS, "status", "--url", url, "--dir", str(directory)]
    return pieces({"ours": lambda: _timed(command)}, repeat=5)["ours"]


def _directory(path: Path, count: int, text: Callable[[int], str]) -> Path:
    path.mkdir()
    for number in range(count):
        (path / f"{number:05d}_m.sql").write_text(text(number))
    (path / sums.SUM_FILE_NAME).write_text(sums.of(MigrationDirectory.open(str(path), for_apply=True)).text())
    return path


def _apply(url: str, directory: Path) -> float:
    return _timed([*_OURS, "apply", "--url", url, "--dir", str(directory)])


def _timed(command: list[str], sent: str = "") -> float:
    started = time.perf_counter()
    subprocess.run(command, input=sent, text=True, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    print(measure())
