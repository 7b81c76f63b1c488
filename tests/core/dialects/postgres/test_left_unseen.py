"""Statements outside of transactions whose end nobody saw."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from schema_core.dialects.postgres.left_unseen import was_done

BUILD = "CREATE INDEX CONCURRENTLY i ON t (a)"


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[object]]:
    with psycopg.connect(database, autocommit=True) as opened:
        opened.execute("create table t (a int, b int); create table u (a int); insert into t values (1, 1), (1, 2)")
        yield opened


def invalid(connection: psycopg.Connection[object]) -> list[object]:
    return connection.execute("select indexrelid::regclass::text from pg_index where not indisvalid").fetchall()


def test_an_index_that_is_there_was_built(connection: psycopg.Connection[object]) -> None:
    assert was_done(connection, BUILD) is False
    connection.execute(BUILD.encode())
    assert was_done(connection, BUILD) is True
    assert was_done(connection, "CREATE INDEX CONCURRENTLY i ON public.t (a)") is True


def test_another_index_of_that_name_is_nobodys_word(connection: psycopg.Connection[object]) -> None:
    connection.execute(b"CREATE INDEX i ON t (b)")
    assert was_done(connection, BUILD) is None
    assert was_done(connection, "CREATE INDEX CONCURRENTLY i ON u (a)") is False
    assert was_done(connection, "CREATE INDEX CONCURRENTLY ON t (a)") is None


def test_half_an_index_is_dropped_and_was_not_built(connection: psycopg.Connection[object]) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(b"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)")
    assert invalid(connection) == [("i",)]
    assert was_done(connection, "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)") is False
    assert invalid(connection) == []


def test_an_index_that_is_gone_was_dropped(connection: psycopg.Connection[object]) -> None:
    assert was_done(connection, "DROP INDEX CONCURRENTLY i") is True
    connection.execute(BUILD.encode())
    assert was_done(connection, "DROP INDEX CONCURRENTLY public.i") is False


@pytest.mark.parametrize("text", ["VACUUM t", "REINDEX TABLE CONCURRENTLY t", "ALTER SYSTEM SET work_mem = '5MB'"])
def test_what_does_the_same_again_is_run_again(connection: psycopg.Connection[object], text: str) -> None:
    assert was_done(connection, text) is False


@pytest.mark.parametrize("text", ["CALL p()", "DO $$ BEGIN COMMIT; END $$", "CREATE DATABASE d", "no SQL"])
def test_nobody_can_tell_of_the_rest(connection: psycopg.Connection[object], text: str) -> None:
    assert was_done(connection, text) is None
