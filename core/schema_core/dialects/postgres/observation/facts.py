"""The raw facts about one statement, as the server's catalogs, counters and messages give them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import msgspec
from psycopg import Connection

from schema_core.dialects.postgres.kept_queries import KeptQueries

_SQL = {
    name: (files(__package__) / f"{name}.sql").read_text(encoding="utf-8")
    for name in ("changed", "locked_relations", "locks", "pending_scans", "relations", "scans")
}


FIRST_TO_REPORT_SCANS = 150000
"""Version whose sessions report pending counts when told to (pg_stat_force_next_flush); looking for them in every
relation instead costs 20 ms in a database of 10,000 tables (measured)."""


_QUIET = (
    "select pg_catalog.set_config('client_min_messages', 'warning', true), "
    "pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true), "
    "pg_catalog.set_config('statement_timeout', '0', true)"
)


class Relation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One relation as it is stored: ``file`` is its relfilenode, ``table`` the oid of an index's table."""

    oid: int
    schema: str
    name: str
    kind: str
    file: int
    table: int | None
    temporary: bool


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything read from the server after a statement, within its transaction.

    ``relation_locks`` and ``object_locks`` map an oid (with its catalog) to the modes held; ``changed`` are catalog
    rows written by the transaction; ``scans`` counts sequential scans that the statement started.
    """

    relation_locks: dict[int, set[str]]
    object_locks: dict[tuple[int, int], set[str]]
    relations: dict[int, Relation]
    changed: frozenset[tuple[int, int]]
    scans: dict[int, int]
    messages: tuple[str, ...]


def read_relations(connection: Connection[Any]) -> dict[int, Relation]:
    """All relations outside the system's schemas, by oid."""
    return _relations(connection.execute(_SQL["relations"]))


def begin(
    connection: Connection[Any], queries: KeptQueries, preamble: Iterable[str], *, shared: bool
) -> dict[int, int]:
    """Begin to watch a statement and return the scans of earlier ones that are still counted.

    A transaction is opened unless it is ``shared`` with earlier statements.

    ``client_min_messages = debug1`` makes the server say "rewriting table", "verifying table" and the like
    (src/backend/commands/tablecmds.c); it is local to the transaction.
    """
    pending = "scans" if connection.info.server_version >= FIRST_TO_REPORT_SCANS else "pending_scans"
    if not shared:
        report_scans(connection)
    with connection.pipeline():
        for text in preamble if shared else ("begin", *preamble):
            connection.execute(text)
        connection.execute("select pg_catalog.pg_current_xact_id()")
        counted = queries.run(pending, _SQL[pending])
        connection.execute("set local client_min_messages = debug1")
    return dict(counted.fetchall())


def report_scans(connection: Connection[Any]) -> None:
    """Have the counts of earlier transactions reported, which happens when the session is idle: none is pending then.

    An older server reports when it wants to, so its pending counts are looked for in every table.
    """
    if connection.info.server_version >= FIRST_TO_REPORT_SCANS:
        connection.execute("select pg_catalog.pg_stat_force_next_flush()")


def read(
    connection: Connection[Any], queries: KeptQueries, scanned_before: dict[int, int], messages: Iterable[str]
) -> Facts:
    """Read the facts in one round trip, while the statement's transaction is still open.

    Until its end, prepared queries keep the plans that they have, and no timeout of the migration's stops ours.
    """
    with connection.pipeline():
        connection.execute(_QUIET)
        locks = queries.run("locks", _SQL["locks"])
        scans = queries.run("scans", _SQL["scans"])
        changed = queries.run("changed", _SQL["changed"])
        relations = queries.run("locked_relations", _SQL["locked_relations"])
    relation_locks: dict[int, set[str]] = {}
    object_locks: dict[tuple[int, int], set[str]] = {}
    for is_relation, oid, catalog, mode in locks:
        if is_relation:
            relation_locks.setdefault(oid, set()).add(mode)
        else:
            object_locks.setdefault((catalog, oid), set()).add(mode)
    return Facts(
        relation_locks=relation_locks,
        object_locks=object_locks,
        relations=_relations(relations),
        changed=frozenset((catalog, oid) for catalog, oid in changed),
        scans={oid: count - scanned_before.get(oid, 0) for oid, count in scans if count > scanned_before.get(oid, 0)},
        messages=tuple(messages),
    )


def _relations(rows: Iterable[tuple[Any, ...]]) -> dict[int, Relation]:
    return {
        oid: Relation(
            oid=oid,
            schema=schema,
            name=name,
            kind=kind,
            file=file,
            table=table,
            temporary=temporary,
        )
        for oid, schema, name, kind, file, table, temporary in rows
    }
