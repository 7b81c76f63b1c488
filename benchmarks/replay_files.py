"""Replay of 1,000 migration files against psql that runs them in one session, a transaction a file."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from measuring import pieces
from schema_core.dialects.registry import dialect_named
from schema_core.directory.files import MigrationFile
from schema_core.sources.replay import replay
from throwaway import libpq_url, server

FILES = 1_000


def migration(number: int) -> str:
    """Four statements: a table, an index, a column more on an earlier table, a comment."""
    earlier = number // 2
    return (
        f"CREATE TABLE t{number} (id bigint PRIMARY KEY, name text NOT NULL, amount numeric(10, 2));\n"
        f"CREATE INDEX t{number}_name ON t{number} (name);\n"
        f"ALTER TABLE t{earlier} ADD COLUMN c{number} integer DEFAULT 7;\n"
        f"COMMENT ON TABLE t{number} IS 'table; number {number}';\n"
    )


def measure() -> list[tuple[str, str, str, str, str]]:
    """One row: name, ours, peer, ratio, aim."""
    with tempfile.TemporaryDirectory() as folder, server() as running:
        path = Path(folder)
        names = [f"{number:05d}_m.sql" for number in range(FILES)]
        for number, name in enumerate(names):
            (path / name).write_text(migration(number))
        script = "".join(f"begin;\n\\i '{path / name}'\ncommit;\n" for name in names)
        dialect = dialect_named("postgres")
        count = 0

        def fresh() -> str:
            nonlocal count
            count += 1
            return dialect.create_database(running.url, f"replay_{count}")

        def ours() -> float:
            url = fresh()
            started = time.perf_counter()
            files = tuple(MigrationFile(name=name, data=(path / name).read_bytes()) for name in names)
            session = dialect.connect(url)
            replay(session, dialect, files)
            session.close()
            return time.perf_counter() - started

        def peer() -> float:
            url = fresh()
            command = [str(running.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", libpq_url(url)]
            started = time.perf_counter()
            subprocess.run(command, input=script, text=True, check=True, stdout=subprocess.DEVNULL)
            return time.perf_counter() - started

        medians = pieces({"ours": ours, "peer": peer}, repeat=5)
    return [
        (
            f"replay {FILES:,} files / `psql`",
            f"{medians['ours']:.2f} s",
            f"{medians['peer']:.2f} s",
            f"{medians['ours'] / medians['peer']:.2f}",
            "1.2",
        )
    ]


if __name__ == "__main__":
    print(measure())
