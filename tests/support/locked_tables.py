"""Others at a database: a session that holds a lock, and ways to wait until ours stands behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

_PATIENCE_SECONDS = 60.0


@contextmanager
def locked(url: str, *tables: str, name: str = "blocker") -> Iterator[psycopg.Connection]:
    """Somebody else's open transaction that holds tables against everybody."""
    with psycopg.connect(url, application_name=name) as connection:
        for table in tables:
            connection.execute(f"lock table {table} in access exclusive mode".encode())
        yield connection
        connection.rollback()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; raises TimeoutError when it does not."""
    limit = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > limit:
            raise TimeoutError
        time.sleep(0.02)


def waiting(url: str) -> list[int]:
    """The sessions of ours that wait for somebody's lock."""
    query = (
        "select pid from pg_stat_activity where application_name = 'schema-action'"
        " and wait_event_type = 'Lock' and datname = current_database()"
    )
    return [pid for (pid,) in _rows(url, query)]


def asking(url: str) -> list[int]:
    """The sessions of ours that ask for the lock between runs and are not given it."""
    query = (
        "select pid from pg_stat_activity where query like '%pg_try_advisory_lock%' and application_name ="
        " 'schema-action' and datname = current_database()"
    )
    return [pid for (pid,) in _rows(url, query)]


def sessions(url: str) -> list[int]:
    """All sessions of ours in a database."""
    query = "select pid from pg_stat_activity where application_name = 'schema-action' and datname = current_database()"
    return [pid for (pid,) in _rows(url, query)]


def columns(url: str, table: str) -> list[str]:
    """The names of a table's columns."""
    query = f"select attname from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped"
    return [name for (name,) in _rows(url, query)]


def _rows(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True, application_name="looking on") as connection:
        return connection.execute(query.encode()).fetchall()
