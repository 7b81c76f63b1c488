"""A polite end while files are applied: the statement is given up, and what was done stands."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import documented_revisions as documented
import psycopg
import pytest

FILES = {
    "1_first.sql": "CREATE TABLE one (n int);\n",
    "2_second.sql": "CREATE TABLE two (n int);\nSELECT pg_sleep(30);\n",
    "3_third.sql": "CREATE TABLE three (n int);\n",
}


@pytest.mark.parametrize(("mode", "left"), [("file", ["one"]), ("all", []), ("none", ["one", "two"])])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_run_ends_with_an_account(
    database: str, tmp_path: Path, mode: str, left: list[str], number: signal.Signals
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "atlas.sum").write_text(documented.sum_file(FILES))
    command = [str(Path(sys.executable).with_name("schema-action")), "migrate", "apply", "--url", database]
    process = subprocess.Popen(
        [*command, "--dir", str(tmp_path), "--tx-mode", mode, "--format", "json"], stdout=subprocess.PIPE, text=True
    )
    with psycopg.connect(database, autocommit=True) as connection:
        sleeping = "select 1 from pg_stat_activity where wait_event = 'PgSleep'"
        while connection.execute(sleeping).fetchone() is None:
            time.sleep(0.01)
        process.send_signal(number)
        output, _ = process.communicate(timeout=20)
        tables = connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by oid"
        ).fetchall()
    result = json.loads(output)
    assert process.returncode == 128 + number
    assert (result["status"], result["interrupted"]) == ("failed", number)
    assert [name for (name,) in tables] == left
