"""What inspection reads is written as SQL that makes it again, for every schema in ``schemas`` and for generated ones.

What the realm does not hold cannot differ between two realms, so SQLite's own PRAGMAs must say the same of both files.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from generated_schemas import schemas
from hypothesis import given, settings

from schema_core.dialects.protocol import Inspection, Scope
from schema_core.dialects.sqlite.dialect import DIALECT
from schema_core.dialects.sqlite.session import SqliteSession
from schema_core.dialects.sqlite.urls import Location

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))


def memory() -> SqliteSession:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    return SqliteSession(connection, Location(path=None))


def load(session: SqliteSession, text: str) -> Inspection:
    session.execute_script(text)
    return session.inspect(Scope())


def pragmas(session: SqliteSession) -> dict[str, Any]:
    """What SQLite says of every table and index, apart from the order of indexes and foreign keys."""

    def ask(pragma: str, name: str) -> list[Any]:
        return session.connection.execute(f"select * from pragma_{pragma}(?)", [name]).fetchall()

    def index(row: tuple[Any, ...]) -> tuple[Any, ...]:
        # A unique constraint and a primary key of the same columns share an index, in the order of the first of them.
        parts = [part[2:] if row[3] == "c" else part[2] for part in ask("index_xinfo", row[1])]
        name = None if row[1].startswith("sqlite_") else row[1]
        return (name, row[2:], tuple(parts))

    tables = session.connection.execute("select * from pragma_table_list where schema = 'main'").fetchall()
    names = [row[1] for row in tables]
    return {
        "tables": sorted(tables),
        "columns": {name: ask("table_xinfo", name) for name in names},
        "indexes": {name: sorted((index(row) for row in ask("index_list", name)), key=repr) for name in names},
        "foreign keys": {
            name: sorted(repr(row[1:]).lower() for row in ask("foreign_key_list", name)) for name in names
        },
    }


def comes_back(text: str) -> None:
    session, copy = memory(), memory()
    try:
        inspected = load(session, text)
        again = load(copy, ";\n".join(DIALECT.render(inspected.realm)))
        assert [item for ref, item in inspected.realm.items() if again.realm.get(ref) != item] == []
        assert inspected.realm == again.realm
        assert pragmas(session) == pragmas(copy)
    finally:
        session.close()
        copy.close()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in SCHEMAS])
def test_a_schema_comes_back(path: Path) -> None:
    comes_back(path.read_text(encoding="utf-8"))


@settings(max_examples=150, deadline=None)
@given(schemas())
def test_a_generated_schema_comes_back(text: str) -> None:
    comes_back(text)
