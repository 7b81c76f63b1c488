"""Creates, copies and drops databases on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from schema_core.dialects.postgres.connecting import open_connection
from schema_core.dialects.postgres.session import execution_error
from schema_core.dialects.postgres.urls import schema_of, with_database


@contextmanager
def administration(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection for administrative statements, each committed alone; raises ExecutionError for what fails."""
    try:
        with open_connection(url) as connection:
            yield connection
    except psycopg.Error as error:
        raise execution_error(error, "") from error


def create_database(server_url: str, name: str) -> str:
    """See ``protocol.Dialect.create_database``."""
    with administration(server_url) as connection:
        connection.execute(SQL("create database {}").format(Identifier(name)) + _strategy(connection))
    url = with_database(server_url, name)
    prepare_scope(url)
    return url


def copy_database(url: str, name: str) -> str:
    """See ``protocol.Dialect.copy_database``; settings that belong to the database itself are copied too.

    The connection is to the template itself: only *other* sessions stop PostgreSQL from copying it.
    """
    with administration(url) as connection:
        (template,) = connection.execute("select pg_catalog.current_database()").fetchone() or ("",)
        create = SQL("create database {} template {}").format(Identifier(name), Identifier(template))
        connection.execute(create + _strategy(connection))
        _copy_settings(connection, name)
    return with_database(url, name)


def prepare_scope(url: str) -> None:
    """See ``protocol.Dialect.prepare_scope``."""
    schema = schema_of(url)
    if schema is None:
        return
    with administration(url) as connection:
        # Asked first, because IF NOT EXISTS wants the right to create even when there is nothing to do.
        found = connection.execute("select from pg_catalog.pg_namespace where nspname = %s", [schema]).fetchone()
        if found is None:
            connection.execute(SQL("create schema {}").format(Identifier(schema)))


def drop_database(url: str, name: str) -> None:
    """See ``protocol.Dialect.drop_database``; a database that is gone already is no error."""
    with administration(url) as connection:
        connection.execute(SQL("drop database if exists {} with (force)").format(Identifier(name)))


def may_create_databases(url: str) -> bool:
    """See ``protocol.Dialect.may_create_databases``."""
    with administration(url) as connection:
        row = connection.execute(
            "select rolsuper or (rolcreatedb and (datistemplate or pg_catalog.pg_has_role(datdba, 'usage')))"
            " from pg_catalog.pg_roles, pg_catalog.pg_database"
            " where rolname = current_user and datname = pg_catalog.current_database()"
        ).fetchone()
    return row is not None and bool(row[0])


def _strategy(connection: psycopg.Connection[Any]) -> SQL:
    """How to copy the template's files.

    Copying them as they are is several times faster than writing the copy through the log, but forces a checkpoint:
    done only where that costs nothing. PostgreSQL 14 knows no other way and has no word for it.
    """
    if connection.info.server_version < 150000 or connection.execute("show fsync").fetchone() != ("off",):
        return SQL("")
    return SQL(" strategy file_copy")


def _copy_settings(connection: psycopg.Connection[Any], name: str) -> None:
    """Repeat ``ALTER DATABASE … SET``, which a copy does not inherit.

    ``FROM CURRENT`` takes the value that this session of the template has, so that no value is quoted by us.
    """
    rows = connection.execute(
        "select pg_catalog.split_part(entry, '=', 1) from pg_catalog.pg_db_role_setting"
        " join pg_catalog.pg_database on pg_database.oid = setdatabase, pg_catalog.unnest(setconfig) as entry"
        " where setrole = 0 and datname = pg_catalog.current_database()"
    ).fetchall()
    for (setting,) in rows:
        parts = SQL(".").join(Identifier(part) for part in setting.split("."))
        connection.execute(SQL("alter database {} set {} from current").format(Identifier(name), parts))
