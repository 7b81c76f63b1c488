"""``schema apply`` on SQLite files that change meanwhile, and where it is killed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from schema_core.operations.schema_apply import ApplySettings, schema_apply
from schema_core.schema.errors import UserError
from schema_core.schema.results import ApplyResult

BEFORE = "create table a (id int); create table b (id int); insert into b values (1); create index b_id on b (id);"
AFTER = "create table a (id int, more int); create table b (id int, check (id > 0)); create index b_id on b (id);"
KILLED = """
import os, signal, sys
from pathlib import Path
from schema_core.apply.carry_out import Tell
from schema_core.operations.schema_apply import ApplySettings, schema_apply

url, after, at = sys.argv[1:]
stop = lambda index, _: os.kill(os.getpid(), signal.SIGKILL) if index == int(at) else None
settings = ApplySettings(url=url, after=(after,), skip_lint=True)
schema_apply(settings, lambda _: True, tell=Tell(begins=stop))
"""


def run(url: str, script: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
        connection.executescript(script)


def schema(url: str) -> list[str]:
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
        return [text for (text,) in connection.execute("select sql from sqlite_schema order by name")]


def file(folder: Path, text: str) -> str:
    path = folder / "wanted.sql"
    path.write_text(text, encoding="utf-8")
    return f"file://{path}"


@pytest.mark.parametrize(
    "statement", ["alter table b add column other int", "create trigger t after insert on b begin select 1; end"]
)
def test_a_file_that_changes_after_it_was_planned_for_is_left_alone(
    sqlite_file: str, tmp_path: Path, statement: str
) -> None:
    run(sqlite_file, BEFORE)

    def meanwhile(_: ApplyResult) -> bool:
        run(sqlite_file, statement)
        return True

    with pytest.raises(UserError, match=r"^The database has changed since it was planned for: "):
        schema_apply(ApplySettings(url=sqlite_file, after=(file(tmp_path, AFTER),)), meanwhile)


@pytest.mark.parametrize("at", range(5))
def test_a_run_that_is_killed_leaves_nothing_and_another_finishes(sqlite_file: str, tmp_path: Path, at: int) -> None:
    run(sqlite_file, BEFORE)
    before = schema(sqlite_file)
    wanted = file(tmp_path, AFTER)
    killed = subprocess.run([sys.executable, "-c", KILLED, sqlite_file, wanted, str(at)], check=False)
    assert killed.returncode == -9
    assert schema(sqlite_file) == before
    settings = ApplySettings(url=sqlite_file, after=(wanted,))
    assert schema_apply(settings, lambda _: True).status == "applied"
    assert schema_apply(settings, lambda _: True).status == "synced"


def test_without_a_transaction_rows_could_be_lost(sqlite_file: str, tmp_path: Path) -> None:
    run(sqlite_file, BEFORE)
    settings = ApplySettings(url=sqlite_file, after=(file(tmp_path, AFTER),))
    message = r"^A plan for SQLite is applied in one transaction, without which making a table anew could lose rows"
    with pytest.raises(UserError, match=message):
        schema_apply(msgspec.structs.replace(settings, transaction_mode="none"), lambda _: True)
    with pytest.raises(UserError, match=message):
        schema_apply(settings, lambda _: True, edit=lambda sql: f"{sql}\nVACUUM;")
    assert "more" not in schema(sqlite_file)[0]
