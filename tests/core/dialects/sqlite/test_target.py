"""Plans carried out on SQLite files, with others in the way."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from schema_core.apply.carry_out import Patience, Tell, carry_out
from schema_core.dialects.sqlite.dialect import DIALECT
from schema_core.dialects.target import Target
from schema_core.schema.accounts import Account
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement

IMPATIENT = Patience(lock_wait=0.1, retries=1)
NEVER_ENDING = (
    "insert into a with recursive n (i) as (select 1 union all select i + 1 from n) select i from n where i < 0"
)


@pytest.fixture
def path(sqlite_file: str) -> str:
    return sqlite_file.removeprefix("sqlite://")


@pytest.fixture
def target(sqlite_file: str, path: str) -> Iterator[Target]:
    run(path, "create table a (id integer primary key); create table b (a_id integer references a (id));")
    opened = DIALECT.open_target(f"{sqlite_file}?_fk=1")
    yield opened
    opened.close()


def run(path: str, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def tables(path: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("select name from sqlite_schema order by name")]


def plan(*texts: str) -> list[PlannedStatement]:
    return [PlannedStatement(text=text, comment="do it") for text in texts]


def outcomes(account: Account) -> list[str]:
    return [item.outcome for item in account.statements]


def test_what_fails_in_a_transaction_leaves_nothing(target: Target, path: str) -> None:
    account = carry_out(target, plan("create table c (id)", "drop table x"), in_transaction=True, patience=IMPATIENT)
    assert outcomes(account) == ["rolled back", "failed"]
    assert tables(path) == ["a", "b"]
    account = carry_out(target, plan("create table c (id)", "drop table x"), in_transaction=False, patience=IMPATIENT)
    assert outcomes(account) == ["applied", "failed"]
    assert tables(path) == ["a", "b", "c"]


def test_a_row_that_points_at_nothing_is_refused_at_the_commit(target: Target, path: str) -> None:
    account = carry_out(target, plan("insert into b values (7)"), in_transaction=True, patience=IMPATIENT)
    assert outcomes(account) == ["rolled back"]
    assert account.failed_at is None
    assert account.error is not None
    assert "foreign key check" in account.error.message


@pytest.mark.parametrize("together", [True, False])
def test_a_writer_in_the_way_is_waited_for(target: Target, path: str, together: bool) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        account = carry_out(target, plan("create table c (id)"), in_transaction=together, patience=IMPATIENT)
        assert outcomes(account) == ["failed"]
        assert [wait.attempt for wait in account.waits] == [1, 2]
        tell = Tell(waits=lambda _wait, _pause: other.rollback())
        account = carry_out(target, plan("create table c (id)"), in_transaction=together, patience=IMPATIENT, tell=tell)
    assert outcomes(account) == ["applied"]


def test_an_interruption_gives_up_the_statement(target: Target, path: str) -> None:
    statements = plan("create table c (id)", NEVER_ENDING)
    begun = threading.Event()

    def interrupt() -> None:
        begun.wait(30)
        os.kill(os.getpid(), signal.SIGTERM)

    other = threading.Thread(target=interrupt)
    other.start()
    tell = Tell(begins=lambda index, _: begun.set() if index == 1 else None)
    account = carry_out(target, statements, in_transaction=True, patience=IMPATIENT, tell=tell)
    other.join()
    assert outcomes(account) == ["rolled back", "failed"]
    assert account.interrupted == signal.SIGTERM
    assert tables(path) == ["a", "b"]


def test_the_lock_keeps_runs_on_the_same_file_apart(target: Target, path: str, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)
    other = DIALECT.open_target(f"sqlite://{link}")
    (tmp_path / "elsewhere.db").touch()
    elsewhere = DIALECT.open_target(f"sqlite://{tmp_path / 'elsewhere.db'}")
    with target.hold("lock", 0):
        with (
            pytest.raises(UserError, match=r"^Another run holds the lock 'lock' of this database"),
            other.hold("lock", 0.2),
        ):
            pass
        with other.hold("another", 0), elsewhere.hold("lock", 0):
            pass
    with other.hold("lock", 0):
        pass
    other.close()
    elsewhere.close()
