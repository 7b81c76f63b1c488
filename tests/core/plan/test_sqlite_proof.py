"""What the proof of a plan sees on SQLite: plans that are wrong, and plans that some rows would not fit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema_core.devdb.development_database import DevelopmentDatabase, development_database
from schema_core.dialects.protocol import Inspection, Scope
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.proof import prove
from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan, PlannedStatement, Proof
from schema_core.schema.ref import Ref

_OLD = """
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INT NOT NULL REFERENCES users ON DELETE CASCADE)
"""
_NEW = _OLD.replace("name TEXT", "name TEXT UNIQUE")
_CREATE = "CREATE TABLE new_users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE)"
_COUNT = "INSERT INTO sqlite_sequence (name, seq) SELECT 'new_users', seq FROM sqlite_sequence WHERE name = 'users'"
_COPY = "INSERT INTO new_users (id, name) SELECT id, name FROM users"
_SWAP = ("DROP TABLE users", "ALTER TABLE new_users RENAME TO users")


@pytest.fixture(scope="module")
def dev() -> Iterator[DevelopmentDatabase]:
    with development_database("embedded://sqlite", notify=lambda _: None) as database:
        yield database


def state(dev: DevelopmentDatabase, text: str) -> Inspection:
    with dev.scratch() as session:
        session.execute_script(text)
        return session.inspect(Scope())


def proven(dev: DevelopmentDatabase, before: str, after: str, *statements: str) -> Proof:
    old, new = state(dev, before), state(dev, after)
    plan = Plan(statements=tuple(PlannedStatement(text=text, comment="") for text in statements))
    return prove(dev, old, new, compare_by_name(old.realm, new.realm), plan, load=None, scope=Scope())


def test_a_table_made_anew_with_its_rows_and_counter_holds(dev: DevelopmentDatabase) -> None:
    proof = proven(dev, _OLD, _NEW, _CREATE, _COUNT, _COPY, *_SWAP)
    assert (proof.tables, proof.rows, proof.empty, proof.risks) == (2, 6, (), ())


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ((_CREATE, _COPY), "column main.users.id stood at 20 and stands at 13"),
        ((_CREATE, _COUNT), "table main.users held 3 rows and holds 0"),
        ((_CREATE, _COUNT, f"{_COPY} WHERE id < 13"), "table main.users held 3 rows and holds 2"),
        (
            (_CREATE, _COUNT, _COPY.replace("SELECT id,", "SELECT id + 1,")),
            "table main.users holds other values than before",
        ),
        ((_CREATE, _COUNT, _COPY.replace("SELECT id, name", "SELECT id, NULL")), "table main.users holds other values"),
        ((_CREATE, _COUNT, _COPY, "DELETE FROM orders"), "table main.orders held 3 rows and holds 0"),
    ],
)
def test_a_plan_that_loses_something_does_not(
    dev: DevelopmentDatabase, statements: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UserError) as caught:
        proven(dev, _OLD, _NEW, *statements, *_SWAP)
    assert words in str(caught.value)


def test_rows_that_refer_to_none_in_the_end_are_a_risk(dev: DevelopmentDatabase) -> None:
    before = "CREATE TABLE users (id INTEGER PRIMARY KEY); CREATE TABLE notes (user_id INT NOT NULL)"
    after = before.replace("user_id INT NOT NULL", "user_id INT NOT NULL DEFAULT 1 REFERENCES users")
    proof = proven(
        dev,
        before,
        after,
        "CREATE TABLE new_notes (user_id INT NOT NULL DEFAULT 1 REFERENCES users)",
        "INSERT INTO new_notes SELECT 1 FROM notes",
        "DROP TABLE notes",
        "ALTER TABLE new_notes RENAME TO notes",
    )
    assert [(risk.statement, risk.table) for risk in proof.risks] == [("COMMIT", Ref("table", "main", None, "notes"))]
    assert proof.risks[0].message.endswith("of table 'notes' refers to no row of table 'users'")
    assert (proof.tables, proof.rows) == (1, 3)


def test_rows_that_a_statement_does_not_fit_are_left_out_and_told(dev: DevelopmentDatabase) -> None:
    wanted = _OLD.replace("name TEXT", "name TEXT, age INT NOT NULL")
    create = "CREATE TABLE new_users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, age INT NOT NULL)"
    proof = proven(dev, _OLD, wanted, create, _COUNT, _COPY, *_SWAP)
    assert [(risk.statement, risk.message) for risk in proof.risks] == [
        (_COPY, "NOT NULL constraint failed: new_users.age")
    ]
    assert proof.tables == 0
