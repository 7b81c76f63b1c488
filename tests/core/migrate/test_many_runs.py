"""Several runs at once, connections that are lost, and disks that are full."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import documented_revisions as documented
import psycopg
import pytest

from schema_core.dialects.postgres.target import lock_number
from schema_core.operations.migrate_apply import MigrateApplySettings, migrate_apply
from schema_core.operations.on_target import TargetSettings
from schema_core.schema.errors import UserError

FILES = {f"{number}_f.sql": f"INSERT INTO log VALUES ({number});\n" for number in range(2, 6)}
FILES["1_first.sql"] = "CREATE TABLE log (n integer);\nINSERT INTO log VALUES (1);\n"


def write(directory: Path, files: dict[str, str]) -> None:
    directory.mkdir(exist_ok=True)
    for name, text in files.items():
        (directory / name).write_text(text)
    (directory / "atlas.sum").write_text(documented.sum_file(files))


def rows(url: str) -> list[int]:
    if url.startswith("postgres"):
        with psycopg.connect(url) as connection:
            return [row[0] for row in connection.execute("select n from log order by n").fetchall()]
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
        return [row[0] for row in connection.execute("select n from log order by n").fetchall()]


@pytest.mark.parametrize("mode", ["file", "none"])
@pytest.mark.parametrize("count", [2, 10])
@pytest.mark.parametrize("engine", ["database", "sqlite_file"])
def test_runs_at_once_apply_each_file_once(
    engine: str, count: int, mode: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue(engine)
    write(tmp_path / "migrations", FILES)
    program = shutil.which("schema-action", path=str(Path(sys.executable).parent))
    assert program is not None
    command = [program, "migrate", "apply", "--url", url, "--dir", str(tmp_path / "migrations"), "--tx-mode", mode]
    running = [
        subprocess.Popen(
            [*command, "--lock-timeout", "60s", "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(count)
    ]
    ended = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * count, ended
    results = Counter(json.loads(output)["status"] for output, _ in ended)
    assert results == {"applied": 1, "synced": count - 1}
    assert rows(url) == [1, 2, 3, 4, 5]


def settings(url: str, directory: Path, mode: str) -> MigrateApplySettings:
    return MigrateApplySettings(url=url, directory=str(directory), transaction_mode=mode)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["file", "all", "none"])
def test_a_lost_connection_is_told_and_the_next_run_goes_on(database: str, mode: str, tmp_path: Path) -> None:
    directory = tmp_path / "migrations"
    write(directory, {**FILES, "3_f.sql": "INSERT INTO log VALUES (3);\nSELECT pg_sleep(20);\n"})

    def end_it() -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            while not connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where query like '%pg_sleep(20)%' and application_name = 'schema-action'"
            ).fetchall():
                time.sleep(0.01)

    killer = threading.Thread(target=end_it)
    killer.start()
    result = migrate_apply(settings(database, directory, mode))
    killer.join()
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.message.startswith("the connection was lost")
    write(directory, FILES | ({"3_f.sql": "INSERT INTO log VALUES (3);\nSELECT pg_sleep(0);\n"}))
    assert migrate_apply(settings(database, directory, mode)).status == "applied"
    assert rows(database) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("mode", ["file", "all", "none"])
def test_a_full_disk_leaves_whole_statements_on_sqlite(sqlite_file: str, mode: str, tmp_path: Path) -> None:
    """A file may not grow beyond a limit, which SQLite's own write meets as the system's refusal."""
    directory = tmp_path / "migrations"
    big = "CREATE TABLE big AS SELECT zeroblob(4000) AS b FROM (SELECT 1 UNION SELECT 2 UNION SELECT 3), generate;\n"
    many = (
        "CREATE TABLE generate AS WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 200)"
        " SELECT n FROM t;\n"
    )
    write(directory, {**FILES, "4_f.sql": f"INSERT INTO log VALUES (4);\n{many}{big}"})
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (600000, resource.RLIM_INFINITY));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from schema_core.cli.main import main; sys.argv[0] = 'schema-action'; main()"
    )
    command = ["migrate", "apply", "--url", sqlite_file, "--dir", str(directory), "--tx-mode", mode]
    done = subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "SQLITE_FULL" in done.stdout or "SQLITE_IOERR" in done.stdout
    if mode == "all":
        with pytest.raises(sqlite3.OperationalError):
            rows(sqlite_file)
    else:
        assert rows(sqlite_file) == [1, 2, 3] + [4] * (mode == "none")
    assert migrate_apply(settings(sqlite_file, directory, mode)).status == "applied"
    assert rows(sqlite_file) == [1, 2, 3, 4, 5]


def test_a_file_that_may_not_grow_leaves_whole_statements_on_postgres(database: str, tmp_path: Path) -> None:
    """The server's own process meets the limit, in the second statement of a file."""
    directory = tmp_path / "migrations"
    before = {name: text for name, text in FILES.items() if name < "4"}
    write(directory, before)
    migrate_apply(settings(database, directory, "file"))
    fill = "CREATE TABLE big AS SELECT repeat(n::text, 2000) FROM generate_series(1, 20000) AS t(n);\n"
    write(directory, before | {"4_f.sql": f"-- atlas:txmode none\n\nINSERT INTO log VALUES (4);\n{fill}"})
    with psycopg.connect(database, autocommit=True) as holder:
        holder.execute("begin")
        holder.execute("lock table log in share mode")
        limiter = threading.Thread(target=_limit_who_waits, args=(database, holder))
        limiter.start()
        result = migrate_apply(settings(database, directory, "file"))
        limiter.join()
    assert result.status == "failed"
    assert result.error is not None
    assert "could not extend file" in result.error.message or "could not write" in result.error.message
    assert rows(database) == [1, 2, 3, 4]
    again = migrate_apply(settings(database, directory, "file"))
    assert again.status == "applied"
    assert [file.skipped for file in again.files] == [1]
    assert rows(database) == [1, 2, 3, 4]


def _limit_who_waits(database: str, holder: psycopg.Connection[Any]) -> None:
    """Let the files of the server process that waits grow to a megabyte at most, and let it go on."""
    query = "select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'schema-action'"
    with psycopg.connect(database, autocommit=True) as connection:
        while not (found := connection.execute(query).fetchall()):
            time.sleep(0.005)
    resource.prlimit(found[0][0], resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))
    holder.execute("commit")


def test_a_run_that_gets_no_lock_says_whose_it_is(database: str, tmp_path: Path) -> None:
    write(tmp_path / "migrations", FILES)
    with psycopg.connect(database, autocommit=True, application_name="the-other") as other:
        other.execute("select pg_advisory_lock(%s)", [lock_number("atlas_migrate_execute")])
        waiting = MigrateApplySettings(
            url=database, directory=str(tmp_path / "migrations"), target=TargetSettings(lock_timeout=0.2)
        )
        with pytest.raises(UserError, match="the-other"):
            migrate_apply(waiting)
