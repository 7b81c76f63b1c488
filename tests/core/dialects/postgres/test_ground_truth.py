"""Our observation against 293 statements that were measured independently on PostgreSQL 18."""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from schema_core.dialects.postgres.server import Server
from schema_core.dialects.protocol import ExecutionError
from schema_core.dialects.registry import dialect_named
from schema_core.lint.observe import observation
from schema_core.schema.observations import Observation
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

DATA = Path(__file__).parents[3] / "data"
MEASURED: list[dict[str, Any]] = json.loads((DATA / "pg18.json").read_text())
IN_TRANSACTION = [row for row in MEASURED if "locks" in row]
REFUSED = [row for row in MEASURED if row.get("error")]
CONCURRENT = [row for row in MEASURED if "first_request" in row]
EXPLAINED: dict[tuple[str, str | None], dict[str, str]] = {
    (row["sql"], row.get("pre")): row
    for row in tomllib.loads((DATA / "pg18_expected_differences.toml").read_text()).get("difference", [])
}
STRENGTHS = {
    "AccessShare": 1, "RowShare": 2, "RowExclusive": 3, "ShareUpdateExclusive": 4,
    "Share": 5, "ShareRowExclusive": 6, "Exclusive": 7, "AccessExclusive": 8,
}  # fmt: skip


class Watched(NamedTuple):
    """What was seen of a measured statement, and what of the setup matters for comparing."""

    seen: Observation | None
    refusal: str | None
    empty: set[str]
    indexes: set[str]


def statement(text: str) -> Statement:
    [only] = dialect_named("postgres").split(SourceText("one.sql", text.encode()))
    return only


def name_of(row: dict[str, Any]) -> str:
    return f"{row['pre']}; {row['sql']}" if row["pre"] else str(row["sql"])


@pytest.fixture(scope="module")
def template(postgres_server: Server) -> Iterator[str]:
    """A database made by the measurement's own setup; every statement gets a fresh copy of it."""
    name = f"ground_truth_{secrets.token_hex(4)}"
    dialect = dialect_named("postgres")
    url = dialect.create_database(postgres_server.url, name)
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = 'rl_role'").fetchone():
            connection.execute("create role rl_role")
        connection.execute((DATA / "pg18_setup.sql").read_text().replace("create role rl_role;", "").encode())
    yield url
    dialect.drop_database(postgres_server.url, name)


@pytest.fixture
def copy(postgres_server: Server, template: str) -> Iterator[str]:
    name = f"copy_{secrets.token_hex(4)}"
    dialect = dialect_named("postgres")
    yield dialect.copy_database(template, name)
    dialect.drop_database(postgres_server.url, name)


def watch(url: str, row: dict[str, Any]) -> Watched:
    session = dialect_named("postgres").connect(url)
    try:
        preamble: tuple[str, ...] = ()
        if (row["pre"] or "").startswith("set local"):
            preamble = (row["pre"],)
        elif row["pre"]:
            session.execute_script(row["pre"])
        with psycopg.connect(url, autocommit=True) as connection:
            tables = connection.execute(
                "select oid::regclass::text from pg_class where relkind in ('r', 'm') and oid >= 16384"
            ).fetchall()
            empty = {
                name
                for (name,) in tables
                if connection.execute(f"select not exists (select from only {name})".encode()).fetchone() == (True,)
            }
            indexes = {
                name
                for (name,) in connection.execute(
                    "select oid::regclass::text from pg_class where relkind in ('i', 'I') and oid >= 16384"
                )
            }
        observer = session.observer()
        try:
            seen = observation(observer.observe(statement(row["sql"]), preamble))
        except ExecutionError as error:
            return Watched(None, error.message, empty, indexes)
        return Watched(seen, None, empty, indexes)
    finally:
        session.close()


def label(ref: Ref) -> str:
    return ref.name if ref.schema == "public" else f"{ref.schema}.{ref.name}"


def disagreements(row: dict[str, Any], watched: Watched) -> dict[str, str]:
    """In which facts the observation and the measurement differ."""
    seen = watched.seen
    assert seen is not None
    found = {}
    measured = {
        name: STRENGTHS[mode]
        for name, mode in row["locks"].items()
        # Reading a query's plan locks indexes for reading; the observation leaves that out.
        if not (mode == "AccessShare" and name in watched.indexes) and not name.startswith("pg_")
    }
    observed = {label(lock.ref): lock.strength for lock in seen.locks}
    if observed != measured:
        found["locks"] = f"measured {measured}, observed {observed}"
    rewritten = {label(item.ref) for item in seen.rewrites}
    # An index that was made anew under another oid has no file before it: the measurement cannot see that build.
    rewritten |= {
        label(item.ref)
        for item in seen.index_builds
        if any(evidence.source == "pg_class.relfilenode" for evidence in item.evidence)
    }
    if rewritten != set(row["rewritten"]):
        found["rewritten"] = f"measured {sorted(row['rewritten'])}, observed {sorted(rewritten)}"
    # The measurement counts tuples, so it cannot see the scan of an empty table.
    scanned = {label(scan.ref) for scan in seen.scans} - watched.empty
    if scanned != set(row["scanned"]) - watched.empty:
        found["scanned"] = f"measured {sorted(row['scanned'])}, observed {sorted(scanned)}"
    built = {message.split('"')[1] for message in row["notices"] if message.startswith("building index")}
    built = {name for name in built if not name.startswith("pg_toast")}
    if len(row["notices"]) < 6 and not built <= {item.ref.name for item in seen.index_builds} | new_tables_indexes(
        seen
    ):
        found["index_builds"] = f"measured {sorted(built)}, observed {[item.ref.name for item in seen.index_builds]}"
    return found


def new_tables_indexes(seen: Observation) -> set[str]:
    """Names of indexes and constraints on tables that the statement created: nobody waits for those."""
    created = [change.ref for change in seen.changes if not hasattr(change, "before")]
    tables = {(ref.schema, ref.name) for ref in created if ref.parent is None}
    return {ref.name for ref in created if (ref.schema, ref.parent) in tables}


def test_all_measured_statements_are_compared() -> None:
    assert len(MEASURED) == 293
    assert len(IN_TRANSACTION) + len(REFUSED) + len(CONCURRENT) == 293


@pytest.mark.parametrize("row", IN_TRANSACTION, ids=name_of)
def test_observation_agrees_with_the_measurement(row: dict[str, Any], copy: str) -> None:
    watched = watch(copy, row)
    assert watched.refusal is None
    found = disagreements(row, watched)
    explained = EXPLAINED.get((row["sql"], row["pre"]), {})
    unexplained = {fact: text for fact, text in found.items() if fact not in explained}
    assert not unexplained
    assert set(explained) - {"sql", "pre"} == set(found), "an explained difference is gone; remove it from the data"


@pytest.mark.parametrize("row", REFUSED, ids=name_of)
def test_refusals_are_in_the_servers_words(row: dict[str, Any], copy: str) -> None:
    assert watch(copy, row).refusal == row["error"]


@pytest.mark.parametrize("row", CONCURRENT, ids=name_of)
def test_the_lock_table_agrees_with_what_was_sampled(row: dict[str, Any], copy: str) -> None:
    watched = watch(copy, row)
    assert watched.refusal is None
    assert watched.seen is not None
    # The measurement sampled every statement that some server version refuses inside a transaction.
    expected = "observed" if row["sql"].startswith("alter type") else "documented"
    assert watched.seen.certainty == expected
    observed = {label(lock.ref): lock.strength for lock in watched.seen.locks}
    sampled = {
        name: STRENGTHS[mode.removesuffix("Lock")]
        for name, mode, _ in (*row["first_request"], *row["while_waiting"])
        # Left out: the wait itself, the server's twin indexes, and storage that belongs to the table.
        if name != "virtualxid" and not name.endswith("_ccnew") and not name.startswith("pg_toast")
    }
    explained = EXPLAINED.get((row["sql"], row["pre"]), {})
    if "locks" in explained:
        assert observed != sampled, "an explained difference is gone; remove it from the data"
    else:
        assert observed == sampled
