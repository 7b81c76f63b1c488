"""Plans carried out on a real server, with others in the way."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from locked_tables import columns, locked, until, waiting

from schema_core.apply.carry_out import Patience, Tell, carry_out
from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.postgres.target import lock_number
from schema_core.dialects.target import Target
from schema_core.schema.accounts import Account
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement

IMPATIENT = Patience(lock_wait=0.15, retries=1)


@pytest.fixture
def target(database: str) -> Iterator[Target]:
    run(database, "create table a (id int)", "create table b (id int)", "insert into b values (1), (1)")
    opened = DIALECT.open_target(database)
    yield opened
    opened.close()


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for text in statements:
            connection.execute(text.encode())


def plan(*texts: str, outside: bool = False) -> list[PlannedStatement]:
    return [PlannedStatement(text=text, comment="do it", in_transaction=not outside) for text in texts]


def outcomes(account: Account) -> list[str]:
    return [item.outcome for item in account.statements]


ADD = "alter table {} add column more int"


def test_all_is_applied_together_or_one_by_one(target: Target, database: str) -> None:
    account = carry_out(target, plan(ADD.format("a")), in_transaction=True, patience=IMPATIENT)
    assert (outcomes(account), account.error, account.in_transaction) == (["applied"], None, True)
    account = carry_out(target, plan(ADD.format("b")), in_transaction=False, patience=IMPATIENT)
    assert (outcomes(account), account.error, account.in_transaction) == (["applied"], None, False)
    assert columns(database, "a") == columns(database, "b") == ["id", "more"]


def test_what_fails_in_a_transaction_leaves_nothing(target: Target, database: str) -> None:
    statements = plan(ADD.format("a"), "alter table b add unique (id)", "drop table a")
    account = carry_out(target, statements, in_transaction=True, patience=IMPATIENT)
    assert outcomes(account) == ["rolled back", "failed", "not run"]
    assert account.failed_at == 1
    assert account.error is not None
    assert account.error.code == "23505"
    assert columns(database, "a") == ["id"]


def test_what_fails_one_by_one_leaves_those_before(target: Target, database: str) -> None:
    statements = plan(ADD.format("a"), "alter table b add unique (id)", "drop table a")
    account = carry_out(target, statements, in_transaction=False, patience=IMPATIENT)
    assert outcomes(account) == ["applied", "failed", "not run"]
    assert columns(database, "a") == ["id", "more"]


def test_what_only_the_commit_refuses_is_rolled_back(target: Target, database: str) -> None:
    run(database, "alter table a add primary key (id)")
    run(database, "alter table b add foreign key (id) references a deferrable initially deferred not valid")
    statements = plan(ADD.format("a"), "insert into b values (7)")
    account = carry_out(target, statements, in_transaction=True, patience=IMPATIENT)
    assert outcomes(account) == ["rolled back", "rolled back"]
    assert account.failed_at is None
    assert account.error is not None
    assert account.error.code == "23503"
    assert columns(database, "a") == ["id"]


@pytest.mark.parametrize("together", [True, False])
def test_who_is_in_the_way_is_named(target: Target, database: str, together: bool) -> None:
    statements = plan(ADD.format("a"), ADD.format("b"))
    with locked(database, "b", name="nightly report"):
        account = carry_out(target, statements, in_transaction=together, patience=IMPATIENT)
    assert outcomes(account) == ["rolled back" if together else "applied", "failed"]
    assert [(wait.statement, wait.attempt) for wait in account.waits] == [(1, 1), (1, 2)]
    for wait in account.waits:
        assert [blocker.application for blocker in wait.blockers] == ["nightly report"]
        assert "lock table b" in wait.blockers[0].query
        assert wait.blockers[0].since is not None
    assert account.error is not None
    assert account.error.code == "55P03"


@pytest.mark.parametrize("together", [True, False])
def test_it_is_tried_again_until_the_lock_is_given(target: Target, database: str, together: bool) -> None:
    with locked(database, "b") as blocker:
        tell = Tell(waits=lambda _wait, _pause: blocker.rollback())
        statements = plan(ADD.format("a"), ADD.format("b"))
        account = carry_out(target, statements, in_transaction=together, patience=IMPATIENT, tell=tell)
    assert outcomes(account) == ["applied", "applied"]
    assert len(account.waits) == 1
    assert columns(database, "b") == ["id", "more"]


def test_a_deadlock_that_the_server_ends_is_tried_again(target: Target, database: str) -> None:
    with locked(database, "b") as blocker:
        # Only our session looks for a deadlock, so that it is the one that is chosen.
        blocker.execute("set deadlock_timeout = '10min'")

        def cross() -> None:
            until(lambda: bool(waiting(database)))
            blocker.execute("lock table a")
            blocker.rollback()

        other = threading.Thread(target=cross)
        other.start()
        statements = plan(ADD.format("a"), ADD.format("b"))
        account = carry_out(target, statements, in_transaction=True, patience=Patience(lock_wait=0))
        other.join()
    assert outcomes(account) == ["applied", "applied"]
    assert [wait.message for wait in account.waits] == ["deadlock detected"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "select id from a where id = 4711 and 'jane@example.com' <> 'x'",
            "select id from a where id = $1 and $2 <> $3",
        ),
        ("do 'begin perform 4711; end'", "do $1"),
        (f"select 'jane@example.com', 4711, 'it''s {'x' * 2000}'", "select ?, ?, ?"),
    ],
)
def test_what_a_blocker_works_on_is_not_told(target: Target, database: str, query: str, told: str) -> None:
    with locked(database, "a") as blocker:
        blocker.execute(query.encode())
        account = carry_out(target, plan(ADD.format("a")), in_transaction=True, patience=IMPATIENT)
    assert account.waits[0].blockers[0].query == told


def test_what_must_be_committed_alone_is_limited_all_the_same(target: Target, database: str) -> None:
    with locked(database, "a"):
        statements = plan(ADD.format("a"), outside=True)
        account = carry_out(target, statements, in_transaction=False, patience=IMPATIENT)
    assert [wait.attempt for wait in account.waits] == [1, 2]


def test_a_concurrent_index_waits_as_long_as_it_takes(target: Target, database: str) -> None:
    statements = plan("create index concurrently a_id on a (id)", outside=True)
    with locked(database, "a") as blocker:
        threading.Timer(4 * IMPATIENT.lock_wait, blocker.rollback).start()
        account = carry_out(target, statements, in_transaction=False, patience=IMPATIENT)
    assert (outcomes(account), account.waits) == (["applied"], ())


def test_a_failed_concurrent_index_is_removed(target: Target, database: str) -> None:
    run(database, "create table c (id int)")
    statements = plan("create unique index concurrently b_id on b (id)", outside=True)
    account = carry_out(target, statements, in_transaction=False, patience=IMPATIENT)
    assert outcomes(account) == ["failed"]
    assert account.removed == ("public.b_id",)
    assert target.unfinished() == frozenset()


def test_an_index_that_was_invalid_before_stays(target: Target, database: str) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(database, "create unique index concurrently older on b (id)")
    statements = plan("create unique index concurrently b_id on b (id)", outside=True)
    account = carry_out(target, statements, in_transaction=False, patience=IMPATIENT)
    assert account.removed == ("public.b_id",)
    assert target.unfinished() == {"public.older"}


def test_a_connection_that_is_lost_outside_of_a_transaction_leaves_it_unknown(target: Target, database: str) -> None:
    statements = plan(ADD.format("a"), ADD.format("b"), "drop table a")
    with locked(database, "b"):
        killer = threading.Thread(target=_end_those_who_wait, args=(database,))
        killer.start()
        account = carry_out(target, statements, in_transaction=False, patience=Patience(lock_wait=0))
        killer.join()
    assert outcomes(account) == ["applied", "unknown", "not run"]
    assert account.error is not None
    assert "unknown whether it was applied" in account.error.message


def test_a_connection_that_is_lost_before_the_commit_is_a_rollback(target: Target, database: str) -> None:
    statements = plan(ADD.format("a"), ADD.format("b"), "drop table a")
    with locked(database, "b"):
        killer = threading.Thread(target=_end_those_who_wait, args=(database,))
        killer.start()
        account = carry_out(target, statements, in_transaction=True, patience=Patience(lock_wait=0))
        killer.join()
    assert outcomes(account) == ["rolled back", "failed", "not run"]
    assert columns(database, "a") == ["id"]


def test_a_connection_that_is_lost_in_the_commit_leaves_all_of_it_unknown(target: Target, database: str) -> None:
    run(
        database,
        "create function f() returns trigger language plpgsql as 'begin lock table b; return null; end'",
        "create constraint trigger late after insert on a deferrable initially deferred for each row"
        " execute function f()",
    )
    statements = plan("create table c (id int)", "insert into a values (1)")
    with locked(database, "b"):
        killer = threading.Thread(target=_end_those_who_wait, args=(database,))
        killer.start()
        account = carry_out(target, statements, in_transaction=True, patience=Patience(lock_wait=0))
        killer.join()
    assert outcomes(account) == ["unknown", "unknown"]
    assert account.error is not None
    assert "unknown whether it was applied" in account.error.message


class _Deaf:
    """A target whose server does not hear that it should give up."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    def interrupt(self) -> None:
        pass


@pytest.mark.parametrize("together", [True, False])
def test_a_second_signal_waits_for_nobody(target: Target, database: str, together: bool) -> None:
    statements = plan(ADD.format("a"), ADD.format("b"), "drop table a")

    def interrupt_twice() -> None:
        until(lambda: bool(waiting(database)))
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.3)

    with locked(database, "b"):
        other = threading.Thread(target=interrupt_twice)
        other.start()
        account = carry_out(_Deaf(target), statements, in_transaction=together, patience=Patience(lock_wait=0))
        other.join()
    assert outcomes(account) == (["rolled back"] * 2 if together else ["applied", "unknown"]) + ["not run"]
    assert account.interrupted == signal.SIGINT


def _end_those_who_wait(url: str) -> None:
    until(lambda: bool(waiting(url)))
    run(url, *(f"select pg_terminate_backend({pid})" for pid in waiting(url)))


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_gives_up_the_statement_and_is_accounted_for(
    target: Target, database: str, together: bool, number: signal.Signals
) -> None:
    statements = plan(ADD.format("a"), ADD.format("b"), "drop table a")

    def interrupt() -> None:
        until(lambda: bool(waiting(database)))
        os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    with locked(database, "b"):
        other = threading.Thread(target=interrupt)
        other.start()
        account = carry_out(target, statements, in_transaction=together, patience=Patience(lock_wait=0))
        other.join()
    assert outcomes(account) == ["rolled back" if together else "applied", "failed", "not run"]
    assert account.interrupted == number
    assert signal.getsignal(number) is before
    assert columns(database, "b") == ["id"]


def test_the_lock_keeps_a_second_run_away_and_names_the_first(target: Target, database: str) -> None:
    other = DIALECT.open_target(database)
    try:
        with target.hold("atlas_migrate_execute", 0):
            with (
                pytest.raises(UserError, match=r"^Another run \(session \d+, schema-action\) holds the lock"),
                other.hold("atlas_migrate_execute", 0.2),
            ):
                pass
            with other.hold("another name", 0):
                pass
        with other.hold("atlas_migrate_execute", 0):
            pass
    finally:
        other.close()


def test_the_number_of_the_lock_is_that_of_the_reference() -> None:
    """FNV-1, 32 bit; the published values of the function's authors."""
    assert lock_number("") == 0x811C9DC5
    assert lock_number("a") == 0x050C5D7E
    assert lock_number("foobar") == 0x31F0B262
