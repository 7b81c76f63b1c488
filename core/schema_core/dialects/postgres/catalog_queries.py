"""The fixed set of catalog queries, sent in one pipeline: all of a database, or only what was touched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import psycopg
from psycopg import Connection, pq

from schema_core.dialects.postgres.arriving_rows import ArrivingRows
from schema_core.dialects.postgres.kept_queries import KeptQueries

NAMES = (
    "comments", "schemas", "extensions", "enums", "domain_checks", "domains", "sequences", "inheritance",
    "view_dependencies", "view_columns", "relations", "types", "not_nulls", "columns", "indexes", "constraints",
)  # fmt: skip
"""Queries that know both forms, in the order in which a builder wants their rows."""
WHOLE = ("collations", "operator_classes")
"""Queries that are always about everything."""
ABOUT_THE_REST = ("unmodelled", "needs", "uses")
"""Queries that only a whole inspection asks."""

_SCOPE = re.compile(r"/\*scope (.+?)\*/")
_BY_WHAT = {
    "schemas": "schemas", "extensions": "extensions", "enums": "types", "domains": "types", "domain_checks": "types",
}  # fmt: skip
_COMMENTS_SCOPE = (
    "and (d.objoid = any($1) or d.objoid = any($2) "
    "or d.objoid = any($3) or d.objoid = any($4) "
    "or d.objoid in (select o.oid from pg_catalog.pg_constraint o "
    "where o.conrelid = any($1) or o.contypid = any($2)) "
    "or d.objoid in (select i.indexrelid from pg_catalog.pg_index i "
    "where i.indrelid = any($1)))"
)
_PARAMETERS = {"relations": "$1", "types": "$2", "schemas": "$3", "extensions": "$4"}
"""Where the oids of ``Touched`` stand in a scoped query."""
_SETTINGS = (
    "select pg_catalog.set_config('search_path', 'pg_catalog', true), pg_catalog.set_config('work_mem', '64MB', true), "
    "pg_catalog.set_config('jit', 'off', true)"
)
"""Local to the transaction. Only with this path are names of the user's objects always qualified; sorts of a large
catalog stay in memory; and compiling the queries would take longer than running them."""
_KEEP_PATH = "select pg_catalog.set_config('schema_action.path', pg_catalog.current_setting('search_path'), true)"
_RESTORE_PATH = "select pg_catalog.set_config('search_path', pg_catalog.current_setting('schema_action.path'), true)"
_REFERENCED_COLUMNS = (
    "case when o.contype = 'f' then (select pg_catalog.array_agg(a.attname order by k.ord) "
    "from pg_catalog.unnest(o.confkey) with ordinality k (attnum, ord) "
    "join pg_catalog.pg_attribute a on a.attrelid = o.confrelid and a.attnum = k.attnum) end"
)
"""Only when the referenced table's own columns are not among the rows: a subquery for each key costs."""
_VARIANTS: tuple[tuple[str, int, str, str], ...] = (
    ("nulls_not_distinct", 15, "i.indnullsnotdistinct", "false"),
    ("enforced", 18, "o.conenforced", "true"),
    (
        "delete_columns",
        15,
        "case when o.confdelsetcols is not null then (select pg_catalog.array_agg(a.attname order by k.ord) "
        "from pg_catalog.unnest(o.confdelsetcols) with ordinality k (attnum, ord) "
        "join pg_catalog.pg_attribute a on a.attrelid = o.conrelid and a.attnum = k.attnum) end",
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


_SAVEPOINT = "schema_action_inspection"

Rows = Mapping[str, list[tuple[Any, ...]]]


@contextmanager
def read_all(connection: Connection[Any]) -> Iterator[Rows]:
    """Everything; rows can be read inside the block, in the order of ``NAMES``.

    They come from one consistent snapshot, or from an open transaction as far as it has come, which is left as it was.
    """
    idle = connection.info.transaction_status == pq.TransactionStatus.IDLE
    opening = "begin isolation level repeatable read, read only" if idle else f"savepoint {_SAVEPOINT}"
    closing = ("commit",) if idle else (f"rollback to {_SAVEPOINT}", f"release {_SAVEPOINT}")
    major = connection.info.server_version // 10000
    names = (*WHOLE, *NAMES, *ABOUT_THE_REST)
    queries = {name: _statement(name, major, scoped=False) for name in names}
    rows = ArrivingRows(connection, (opening, _SETTINGS), queries, closing)
    try:
        yield rows
    except BaseException:
        connection.cancel_safe()
        with suppress(psycopg.Error):
            rows.finish()
        raise
    rows.finish()


def read_touched(connection: Connection[Any], queries: KeptQueries, touched: Touched, whole: Rows) -> Rows:
    """Only what was touched, inside the caller's open transaction; ``whole`` are the rows of ``read_whole``."""
    major = connection.info.server_version // 10000
    oids = {name: getattr(touched, name) for name in touched.__struct_fields__}
    wanted = [name for name in NAMES if oids[_BY_WHAT.get(name, "relations")]]
    if wanted:
        wanted.append("comments")
    with connection.pipeline():
        # Deferred triggers of the user run at the commit and need the search path as it was.
        connection.execute(_KEEP_PATH)
        connection.execute("set local search_path = pg_catalog")
        cursors = {
            name: queries.run(name, _statement(name, major, scoped=True).decode(), *oids.values())
            for name in dict.fromkeys(wanted)
        }
        connection.execute(_RESTORE_PATH)
        rows = {name: cursors[name].fetchall() if name in cursors else [] for name in NAMES}
    return {**whole, **rows}


def read_whole(connection: Connection[Any]) -> Rows:
    """The small lists that scoped reading needs as well: collations and operator classes."""
    major = connection.info.server_version // 10000
    cursors = {name: connection.execute(_statement(name, major, scoped=False), binary=True) for name in WHOLE}
    return {name: cursor.fetchall() for name, cursor in cursors.items()}


@cache
def _statement(name: str, major: int, *, scoped: bool) -> bytes:
    text = (files(__package__) / "catalog" / f"{name}.sql").read_text(encoding="utf-8")
    for placeholder, first, expression, fallback in _VARIANTS:
        text = text.replace(f"{{{placeholder}}}", expression if major >= first else fallback)
    text = text.replace("{referenced_columns}", _REFERENCED_COLUMNS if scoped else "null::name[]")
    if not scoped:
        # Without parameters a percent sign is only itself.
        return _SCOPE.sub("", text).encode()
    number = _PARAMETERS[_BY_WHAT.get(name, "relations")]

    def condition(match: re.Match[str]) -> str:
        if match[1] == "comments":
            return _COMMENTS_SCOPE
        tests: Sequence[str] = [f"{column} = any({number})" for column in match[1].split("|")]
        return f"and ({' or '.join(tests)})"

    return _SCOPE.sub(condition, text).encode()
