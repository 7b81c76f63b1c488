"""The law of plans on SQLite, with rows and enforced foreign keys.

The plan leads from any schema to any other and keeps the rows, or SQLite refuses it for the rows and nothing has
changed; the reverse leads back.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from sqlite_plan_schemas import sqlite_pairs

from schema_core.dialects.protocol import ExecutionError, Inspection, Scope
from schema_core.dialects.sqlite.dialect import DIALECT
from schema_core.dialects.sqlite.objects.column import SqliteColumn
from schema_core.dialects.sqlite.objects.table import SqliteTable
from schema_core.dialects.sqlite.session import SqliteSession
from schema_core.dialects.sqlite.urls import Location
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.making import make_plan, planner_of

Rows = dict[str, list[tuple[Any, ...]]]


def memory(text: str) -> SqliteSession:
    session = SqliteSession(sqlite3.connect(":memory:", isolation_level=None), Location(path=None))
    session.execute_script(text)
    return session


def fill(session: SqliteSession, state: Inspection) -> None:
    """Three rows for each table; triggers rest meanwhile, and foreign keys are enforced from then on."""
    session.run("pragma defer_foreign_keys = on")
    session.run("begin")
    for table in state.realm.of(SqliteTable):
        columns = [item for item in state.realm.children(table.ref) if isinstance(item, SqliteColumn)]
        names = [item.ref.name for item in columns if item.generated is None]
        listed = ", ".join(f'"{name}"' for name in names)
        for number in (1, 2, 3):
            try:
                session.connection.execute(
                    f'insert or ignore into "{table.ref.name}" ({listed}) values ({", ".join("?" * len(names))})',
                    [number] * len(names),
                )
            except sqlite3.Error:
                break  # a trigger or a generated column asks for what is not there
    session.run("commit")
    if not session.connection.execute("pragma foreign_key_check").fetchall():
        session.run("pragma foreign_keys = on")


def rows(session: SqliteSession, state: Inspection, other: Inspection) -> Rows:
    """The rows of tables that both states have, with the columns that both have unchanged and that are not computed."""
    found: Rows = {}
    for table in state.realm.of(SqliteTable):
        if table.ref not in other.realm:
            continue
        names = [
            f'"{item.ref.name}"'
            for item in state.realm.children(table.ref)
            if isinstance(item, SqliteColumn) and item.generated is None and other.realm.get(item.ref) == item
        ]
        if names:
            query = f'select {", ".join(names)} from "{table.ref.name}" order by id'
            found[table.ref.name] = session.connection.execute(query).fetchall()
    return found


def left(session: SqliteSession, wanted: Inspection) -> list[str]:
    """What still differs."""
    return [str(change) for change in compare_by_name(session.inspect(Scope()).realm, wanted.realm)]


def counters(session: SqliteSession) -> dict[str, int]:
    try:
        return dict(session.connection.execute("select name, seq from sqlite_sequence").fetchall())
    except sqlite3.Error:
        return {}


def run(session: SqliteSession, texts: Sequence[str]) -> bool:
    """Whether the statements ran, all in one transaction; False when the rows forbid them."""
    try:
        with session.transaction():
            session.execute_each(texts)
    except ExecutionError as error:
        if not re.match(r"(?i).* constraint failed|foreign key check|cannot store", error.message):
            raise
        return False
    return True


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(pair=sqlite_pairs())
def test_the_part_that_a_proof_makes_is_enough(pair: tuple[str, str]) -> None:
    one, other = memory(pair[0]), memory(pair[1])
    old, wanted = one.inspect(Scope()), other.inspect(Scope())
    changes = compare_by_name(old.realm, wanted.realm)
    part, goal = planner_of(DIALECT).closure(old, wanted, changes)
    made = memory(";".join(DIALECT.render(part)))
    assert run(made, [statement.text for statement in make_plan(DIALECT, old, wanted, changes, 3).statements])
    assert [str(change) for change in compare_by_name(made.inspect(Scope()).realm, goal)] == []
    for session in (one, other, made):
        session.close()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
@given(pair=sqlite_pairs())
def test_a_plan_leads_from_any_schema_to_any_other(pair: tuple[str, str]) -> None:
    one, other = memory(pair[0]), memory(pair[1])
    old, wanted = one.inspect(Scope()), other.inspect(Scope())
    plan = make_plan(DIALECT, old, wanted, compare_by_name(old.realm, wanted.realm), 3)
    reverse = plan.reversed()
    try:
        fill(one, old)
        kept, numbers = rows(one, old, wanted), counters(one)
        if run(one, [statement.text for statement in plan.statements]):
            assert left(one, wanted) == []
            assert rows(one, wanted, old) == kept
            assert all(counters(one).get(name, number) >= number for name, number in numbers.items())
            assert one.connection.execute("pragma legacy_alter_table").fetchone() == (0,)
            if reverse is not None and run(one, reverse):
                assert left(one, old) == []
        else:
            assert left(one, old) == []
            assert rows(one, old, wanted) == kept
    except Exception as error:
        error.add_note("\n".join(f"{statement.text};" for statement in plan.statements))
        raise
    finally:
        one.close()
        other.close()
