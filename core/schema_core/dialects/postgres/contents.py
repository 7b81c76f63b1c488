"""What somebody made in a database or on a server, to tell whether it is empty and to make it so again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, NamedTuple

import psycopg
from psycopg.sql import SQL, Identifier

from schema_core.dialects.postgres.databases import administration
from schema_core.dialects.postgres.urls import schema_of
from schema_core.dialects.servers import Restore
from schema_core.schema.errors import UserError
from schema_core.schema.revisions import BOOKKEEPING
from schema_core.text.truncate import counted_list

_WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.2
_LOCK_NAME = "schema_action_development_database"

_DROP_WORDS = {
    "foreign-data wrapper": "foreign data wrapper",
    "statistics object": "statistics",
}
"""Where DROP has another word than the catalog's."""

_NOT_DROPPED = frozenset({"default acl"})
"""Types of objects that are taken back by other statements."""

_OTHER_RUNS = r"select from pg_catalog.pg_database where datname like 'schema\_action\_%' limit 1"


class _Made(NamedTuple):
    """A row of ``contents.sql``."""

    classid: int
    objid: int
    schema: str | None
    position: int | None
    type: str
    name: str | None
    identity: str

    @property
    def key(self) -> tuple[int, int]:
        return self.classid, self.objid

    def described(self) -> str:
        """In the reference's words: ``table "users" in schema "public"``, ``schema "app"``."""
        if self.name is None or self.schema is None:
            return f"{self.type} {self.identity}"
        # The catalog gives the name as SQL needs it, quoted only where it must be.
        name = _plain(self.name)
        return f'schema "{name}"' if self.type == "schema" else f'{self.type} "{name}" in schema "{self.schema}"'


def contents(url: str) -> tuple[str, ...]:
    """See ``protocol.Dialect.contents``.

    Extensions, languages and the like do not count: they are often given by whoever set the database up.
    """
    schema = schema_of(url)
    with administration(url) as connection:
        made = [item for item in _made(connection) if item.position is not None]
    if schema is not None:
        made = [item for item in made if item.schema == schema and item.type != "schema"]
    return tuple(item.described() for item in made)


def remember_objects(url: str) -> Restore:
    """See ``protocol.Dialect.remember_objects``; a dropped schema ``public`` comes back, changed rights on it don't."""
    with administration(url) as connection:
        before = {item.key for item in _made(connection)}
        had_public = _has_public(connection)

    def restore() -> tuple[str, ...]:
        with administration(url) as connection:
            left = _drop_all(connection, before)
            if had_public and not _has_public(connection):
                connection.execute("create schema public")
        return tuple(item.described() for item in left)

    return restore


def droppable(url: str) -> tuple[tuple[str, str], ...]:
    """What DROP can be asked for to empty the URL's scope: the word after DROP, and the name as SQL has it.

    Raises UserError, naming them, for objects that DROP has no word for.
    """
    schema = schema_of(url)
    with administration(url) as connection:
        made = [
            item
            for item in _made(connection)
            if schema is None or (item.schema, item.type != "schema") == (schema, True)
        ]
    made = [item for item in made if not _is_bookkeeping(item, made)]
    if unknown := [item.described() for item in made if item.type in _NOT_DROPPED]:
        raise UserError(f"The database cannot be emptied, because DROP does not take {counted_list(unknown, 5)}.")
    return tuple((_DROP_WORDS.get(item.type, item.type), item.identity) for item in made)


def _is_bookkeeping(item: _Made, made: list[_Made]) -> bool:
    """Our own tables, and the schema that has nothing else in it."""
    if item.schema is None or item.type != "schema":
        return item.type == "table" and _plain(item.name) in BOOKKEEPING
    inside = [other for other in made if other.schema == item.schema and other.type != "schema"]
    return bool(inside) and all(other.type == "table" and _plain(other.name) in BOOKKEEPING for other in inside)


def _plain(name: str | None) -> str:
    """A name without the quotes that the catalog puts around those that need them."""
    return name[1:-1].replace('""', '"') if name is not None and name.startswith('"') else name or ""


def remember_roles(url: str) -> Restore:
    """See ``protocol.Dialect.remember_roles``.

    While another run has a database on the server, nobody can tell whose a new role is: then none is dropped.
    """
    with administration(url) as connection:
        before = _roles(connection)

    def restore() -> tuple[str, ...]:
        with administration(url) as connection:
            left = [role for role in _roles(connection) if role not in before]
            if connection.execute(_OTHER_RUNS).fetchone() is None:
                left = [role for role in left if not _dropped(connection, role)]
        return tuple(f'role "{role}"' for role in left)

    return restore


@contextmanager
def sole_use(url: str) -> Iterator[None]:
    """See ``protocol.Dialect.sole_use``: an advisory lock, which the server releases when we die."""
    with administration(url) as connection:
        limit = time.monotonic() + _WAIT_SECONDS
        ask = "select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext(%s))"
        while connection.execute(ask, [_LOCK_NAME]).fetchone() != (True,):
            if time.monotonic() > limit:
                raise UserError(
                    "Another run is using the development database; wait for it, or use a database of your own."
                )
            time.sleep(_POLL_SECONDS)
        yield


def _made(connection: psycopg.Connection[Any]) -> list[_Made]:
    query = (files(__package__) / "contents.sql").read_bytes()
    return [_Made(*row) for row in connection.execute(query).fetchall()]


def _drop_all(connection: psycopg.Connection[Any], before: set[tuple[int, int]]) -> list[_Made]:
    """Drop what is new, again and again while that gets somewhere, because some objects hold others."""
    new = [item for item in _made(connection) if item.key not in before]
    while new:
        for item in new:
            word = _DROP_WORDS.get(item.type, item.type)
            try:
                # The identity is the server's own, quoted where it must be.
                connection.execute(f"drop {word} if exists {item.identity} cascade".encode())
            except psycopg.errors.Error:  # counted below
                if connection.closed:
                    raise
        left = [item for item in _made(connection) if item.key not in before]
        if len(left) == len(new):
            return left
        new = left
    return []


def _has_public(connection: psycopg.Connection[Any]) -> bool:
    return connection.execute("select from pg_catalog.pg_namespace where nspname = 'public'").fetchone() is not None


def _roles(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("select rolname from pg_catalog.pg_roles where rolname !~ '^pg_' order by 1").fetchall()
    return [name for (name,) in rows]


def _dropped(connection: psycopg.Connection[Any], role: str) -> bool:
    try:
        for statement in ("drop owned by {} cascade", "drop role {}"):
            connection.execute(SQL(statement).format(Identifier(role)))
    except psycopg.errors.Error:
        if connection.closed:
            raise
        return False
    return True
