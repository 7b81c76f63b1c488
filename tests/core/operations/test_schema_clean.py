"""``schema clean`` where somebody else is at the database."""

from __future__ import annotations

import psycopg
import pytest
from locked_tables import locked

from schema_core.apply.carry_out import Patience
from schema_core.dialects.postgres.target import lock_number
from schema_core.operations.on_target import TargetSettings
from schema_core.operations.schema_clean import CleanSettings, schema_clean
from schema_core.schema.errors import UserError
from schema_core.schema.results import CleanResult

IMPATIENT = TargetSettings(lock_timeout=0.2, patience=Patience(lock_wait=0.15, retries=0))


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for text in statements:
            connection.execute(text.encode())


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [name for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'public'")]


def test_what_was_made_after_it_was_shown_is_not_dropped(database: str) -> None:
    run(database, "create table a (id int)")

    def meanwhile(_: CleanResult) -> bool:
        run(database, "create table b (id int)")
        return True

    with pytest.raises(UserError, match=r"^What is in the database has changed since it was shown\. Nothing was drop"):
        schema_clean(CleanSettings(url=database), meanwhile)
    assert tables(database) == ["a", "b"]


def test_a_person_may_say_no_and_a_dry_run_asks_nobody(database: str) -> None:
    run(database, "create table a (id int)")
    assert schema_clean(CleanSettings(url=database), lambda _: False).status == "declined"

    def never(_: CleanResult) -> bool:
        raise AssertionError

    assert schema_clean(CleanSettings(url=database, dry_run=True), never).status == "planned"
    assert tables(database) == ["a"]


def test_another_run_keeps_it_away(database: str) -> None:
    run(database, "create table a (id int)")
    with psycopg.connect(database) as other:
        other.execute("select pg_advisory_lock(%s)", [lock_number("atlas_migrate_execute")])
        with pytest.raises(UserError, match=r"^Another run"):
            schema_clean(CleanSettings(url=database, target=IMPATIENT), lambda _: True)
    assert tables(database) == ["a"]


def test_a_table_in_use_leaves_all_of_it(database: str) -> None:
    run(database, "create table a (id int)", "create table b (id int)")
    with locked(database, "b", name="nightly report"):
        result = schema_clean(CleanSettings(url=database, target=IMPATIENT), lambda _: True)
    assert result.status == "failed"
    assert result.account is not None
    assert [item.outcome for item in result.account.statements] == ["rolled back", "failed"]
    assert result.account.waits[0].blockers[0].application == "nightly report"
    assert tables(database) == ["a", "b"]
