"""The fixed set of catalog queries, sent in one pipeline: all of a database, or only what was touched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from psycopg import Connection, Cursor

NAMES = (
    "schemas", "extensions", "enums", "domains", "domain_checks", "sequences", "relations", "columns", "types",
    "indexes", "constraints", "inheritance", "view_dependencies", "comments",
)  # fmt: skip
"""Queries that know both forms; ``collations``, ``operator_classes`` and ``unmodelled`` are always whole."""
WHOLE = ("collations", "operator_classes", "unmodelled")

_SCOPE = re.compile(r"/\*scope (.+?)\*/")
_BY_WHAT = {
    "schemas": "schemas", "extensions": "extensions", "enums": "types", "domains": "types", "domain_checks": "types",
}  # fmt: skip
_COMMENTS_SCOPE = (
    "and (d.objoid = any(%(relations)s::int8[]::oid[]) or d.objoid = any(%(types)s::int8[]::oid[]) "
    "or d.objoid = any(%(schemas)s::int8[]::oid[]) or d.objoid = any(%(extensions)s::int8[]::oid[]) "
    "or d.objoid in (select o.oid from pg_catalog.pg_constraint o "
    "where o.conrelid = any(%(relations)s::int8[]::oid[])) "
    "or d.objoid in (select i.indexrelid from pg_catalog.pg_index i "
    "where i.indrelid = any(%(relations)s::int8[]::oid[])))"
)
_VARIANTS: tuple[tuple[str, int, str, str], ...] = (
    ("nulls_not_distinct", 15, "i.indnullsnotdistinct", "false"),
    ("enforced", 18, "o.conenforced", "true"),
    (
        "delete_columns",
        15,
        "(select pg_catalog.array_agg(a.attname) from pg_catalog.pg_attribute a "
        "where a.attrelid = o.conrelid and a.attnum = any(o.confdelsetcols))",
        "null::name[]",
    ),
    ("without_overlaps", 18, "o.conperiod", "false"),
)
"""Name in the SQL files, first major that has it, the expression, and what stands in before."""


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """Oids of what a statement touched: relations (tables rather than their indexes), types, schemas, extensions."""

    relations: tuple[int, ...] = ()
    types: tuple[int, ...] = ()
    schemas: tuple[int, ...] = ()
    extensions: tuple[int, ...] = ()


Rows = dict[str, list[tuple[Any, ...]]]


def read_all(connection: Connection[Any]) -> Rows:
    """Everything, in one consistent snapshot; the session's settings are as before afterwards."""
    major = connection.info.server_version // 10000
    cursors: dict[str, Cursor[Any]] = {}
    with connection.pipeline():
        connection.execute("begin isolation level repeatable read, read only")
        # Only then are names of the user's objects always qualified.
        connection.execute("set local search_path = pg_catalog")
        for name in (*WHOLE, *NAMES):
            cursors[name] = connection.execute(_statement(name, major, scoped=False), binary=True)
        connection.execute("commit")
    return {name: cursor.fetchall() for name, cursor in cursors.items()}


def read_touched(connection: Connection[Any], touched: Touched, whole: Rows) -> Rows:
    """Only what was touched, inside the caller's open transaction; ``whole`` are the rows of ``read_whole``."""
    major = connection.info.server_version // 10000
    parameters = {name: list(getattr(touched, name)) for name in touched.__struct_fields__}
    wanted = [name for name in NAMES if parameters[_BY_WHAT.get(name, "relations")] or name == "comments"]
    cursors: dict[str, Cursor[Any]] = {}
    with connection.pipeline():
        path = connection.execute("select pg_catalog.current_setting('search_path')")
        connection.execute("set local search_path = pg_catalog")
        for name in wanted:
            cursors[name] = connection.execute(
                _statement(name, major, scoped=True), parameters, prepare=True, binary=True
            )
    connection.execute("select pg_catalog.set_config('search_path', %s, true)", path.fetchone())
    rows: Rows = {name: cursors[name].fetchall() if name in cursors else [] for name in NAMES}
    return {**whole, **rows}


def read_whole(connection: Connection[Any]) -> Rows:
    """The small lists that scoped reading needs as well: collations and operator classes."""
    major = connection.info.server_version // 10000
    cursors = {
        name: connection.execute(_statement(name, major, scoped=False), binary=True)
        for name in ("collations", "operator_classes")
    }
    return {name: cursor.fetchall() for name, cursor in cursors.items()}


@cache
def _statement(name: str, major: int, *, scoped: bool) -> bytes:
    text = (files(__package__) / "catalog" / f"{name}.sql").read_text(encoding="utf-8")
    for placeholder, first, expression, fallback in _VARIANTS:
        text = text.replace(f"{{{placeholder}}}", expression if major >= first else fallback)
    if not scoped:
        # Without parameters a percent sign is only itself.
        return _SCOPE.sub("", text).encode()
    what = _BY_WHAT.get(name, "relations")

    def condition(match: re.Match[str]) -> str:
        if match[1] == "comments":
            return _COMMENTS_SCOPE
        tests: Sequence[str] = [f"{column} = any(%({what})s::int8[]::oid[])" for column in match[1].split("|")]
        return f"and ({' or '.join(tests)})"

    return _SCOPE.sub(condition, text.replace("%", "%%")).encode()
