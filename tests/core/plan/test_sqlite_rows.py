"""Plans on SQLite against rows that are made up for them, with enforced foreign keys, in one transaction and without.

A plan that runs leaves what kept columns hold, moves no counter back and leaves no row that refers to none. One that
does not run is stopped by rows, never by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing, nullcontext

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlite_plan_schemas import sqlite_pairs

from schema_core.dialects.protocol import ExecutionError, Inspection, Scope
from schema_core.dialects.sample_rows import RowState
from schema_core.dialects.sqlite.dialect import DIALECT
from schema_core.dialects.sqlite.session import SqliteSession
from schema_core.dialects.sqlite.urls import Location
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.kept_rows import kept_numbers, kept_tables, lost
from schema_core.plan.making import make_plan
from schema_core.schema.objects import Table


def memory(text: str) -> SqliteSession:
    session = SqliteSession(sqlite3.connect(":memory:", isolation_level=None), Location(path=None))
    session.execute_script(text)
    return session


def held(session: SqliteSession, old: Inspection, wanted: Inspection) -> RowState:
    tables, numbers = kept_tables(old.realm, wanted.realm), kept_numbers(old.realm, wanted.realm)
    return session.sample_rows().read(tables, tuple(numbers))


def run(session: SqliteSession, texts: Sequence[str], *, together: bool) -> bool:
    """Whether the statements ran; False when rows stopped one of them."""
    try:
        with session.transaction() if together else nullcontext():
            session.execute_each(texts)
    except ExecutionError as error:
        if not error.over_rows:
            raise
        return False
    return True


@pytest.mark.parametrize("together", [True, False])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
@given(pair=sqlite_pairs())
def test_a_plan_keeps_what_is_kept(together: bool, pair: tuple[str, str]) -> None:
    with closing(memory(pair[0])) as session, closing(memory(pair[1])) as other:
        old, wanted = session.inspect(Scope()), other.inspect(Scope())
        plan = make_plan(DIALECT, old, wanted, compare_by_name(old.realm, wanted.realm), 3)
        tables = {table.ref for table in old.realm.of(Table)}
        filled = session.sample_rows().fill(old.realm, wanted.realm, tables)
        assert filled.rows.keys() | filled.empty.keys() == tables
        assert session.inspect(Scope()) == old
        assert session.enforces_foreign_keys()
        rows = held(session, old, wanted)
        if run(session, [statement.text for statement in plan.statements], together=together):
            assert compare_by_name(session.inspect(Scope()).realm, wanted.realm) == ()
            now = held(session, old, wanted)
            assert list(lost(rows, now, kept_numbers(old.realm, wanted.realm))) == []
            assert session.enforces_foreign_keys()
            if together:
                assert session.connection.execute("pragma foreign_key_check").fetchall() == []
        elif together:
            assert held(session, old, wanted) == rows
