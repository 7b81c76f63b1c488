"""The proof on rows: what it refuses, and what it only tells of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema_core.devdb.development_database import DevelopmentDatabase, development_database
from schema_core.dialects.protocol import Inspection, Scope
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.proof import prove
from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan, PlannedStatement, Proof


@pytest.fixture(scope="module")
def dev() -> Iterator[DevelopmentDatabase]:
    with development_database("embedded://postgres/18", notify=lambda _: None) as database:
        yield database


def state(dev: DevelopmentDatabase, text: str) -> Inspection:
    with dev.scratch() as session:
        session.execute_script(text)
        return session.inspect(Scope())


def proven(dev: DevelopmentDatabase, before: str, after: str, *statements: str) -> Proof:
    old, new = state(dev, before), state(dev, after)
    plan = Plan(statements=tuple(PlannedStatement(text=text, comment="") for text in statements))
    return prove(dev, old, new, compare_by_name(old.realm, new.realm), plan, load=None, scope=Scope())


_T = "CREATE TABLE t (id serial, a text, b int)"


@pytest.mark.parametrize(
    ("before", "after", "statements", "words"),
    [
        (_T, f"{_T}; CREATE INDEX i ON t (b)", ("DELETE FROM t WHERE b = 1", "CREATE INDEX i ON t (b)"), "holds 2"),
        (
            _T,
            f"{_T}; CREATE INDEX i ON t (b)",
            ("ALTER TABLE t DROP a, ADD a text", "CREATE INDEX i ON t (b)"),
            "holds other values",
        ),
        (
            _T,
            f"{_T}; CREATE INDEX i ON t (b)",
            ("ALTER SEQUENCE t_id_seq RESTART", "CREATE INDEX i ON t (b)"),
            "stood at 3 and stands at its start",
        ),
        (
            "CREATE SEQUENCE s INCREMENT -1",
            "CREATE SEQUENCE s INCREMENT -2",
            ("SELECT setval('s', -1)", "ALTER SEQUENCE s INCREMENT -2 RESTART"),
            "stood at -1 and stands at its start",
        ),
        (
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p ON DELETE CASCADE)",
            "CREATE TABLE p (id int PRIMARY KEY, n int); CREATE TABLE c (p int REFERENCES p ON DELETE CASCADE)",
            ("DELETE FROM p", "ALTER TABLE p ADD n int"),
            r"table public\.c held 3 rows and holds 1; table public\.p held 3 rows and holds 0",
        ),
    ],
)
def test_a_plan_that_loses_rows_is_refused(
    dev: DevelopmentDatabase, before: str, after: str, statements: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UserError, match=f"loses rows: .*{words}"):
        proven(dev, before, after, *statements)


def test_a_plan_that_fails_on_rows_whatever_they_are_is_refused(dev: DevelopmentDatabase) -> None:
    with pytest.raises(UserError, match="pending trigger events"):
        proven(
            dev,
            "CREATE TABLE p (id int PRIMARY KEY);"
            "CREATE TABLE c (p int NOT NULL REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TABLE p (id int PRIMARY KEY);"
            "CREATE TABLE c (p int NOT NULL REFERENCES p DEFERRABLE INITIALLY DEFERRED, n int)",
            "UPDATE c SET p = p + 1",
            "UPDATE c SET p = p - 1",
            "ALTER TABLE c ADD n int",
        )


def test_what_depends_on_rows_is_told_and_the_rest_is_proven(dev: DevelopmentDatabase) -> None:
    proof = proven(
        dev,
        f"{_T}; CREATE TABLE u (a int)",
        f"{_T}; ALTER TABLE t ADD n int NOT NULL; CREATE TABLE u (a int, b int)",
        "ALTER TABLE t ADD n int NOT NULL",
        "ALTER TABLE u ADD b int",
    )
    assert [(risk.statement, risk.table and risk.table.name) for risk in proof.risks] == [
        ("ALTER TABLE t ADD n int NOT NULL", "t")
    ]
    assert (proof.tables, proof.rows) == (1, 3)


def test_without_a_named_table_the_plan_is_run_without_any_rows(dev: DevelopmentDatabase) -> None:
    proof = proven(
        dev,
        "CREATE TABLE t (a text NOT NULL)",
        "CREATE TABLE t (a uuid NOT NULL)",
        "ALTER TABLE t ALTER a TYPE uuid USING ('x' || a)::uuid",
    )
    assert "invalid input syntax for type uuid" in proof.risks[0].message
    assert proof.rows == 0


def test_a_statement_that_fails_without_rows_is_refused(dev: DevelopmentDatabase) -> None:
    with pytest.raises(UserError, match="invalid input syntax for type integer"):
        proven(dev, "CREATE TABLE t (a int)", "CREATE TABLE t (a int, b int)", "ALTER TABLE t ADD b int DEFAULT 'x'")


def test_numbers_may_move_on(dev: DevelopmentDatabase) -> None:
    assert proven(
        dev,
        "CREATE SEQUENCE s; CREATE TABLE t (a int)",
        "CREATE SEQUENCE s; CREATE TABLE t (a int, b int DEFAULT nextval('s'))",
        "ALTER TABLE t ADD b int DEFAULT nextval('s')",
    ).rows


def test_rows_that_a_changed_type_turns_into_others_are_counted_only(dev: DevelopmentDatabase) -> None:
    assert (
        proven(dev, _T, "CREATE TABLE t (id serial, a text, b bigint)", "ALTER TABLE t ALTER b TYPE bigint").rows == 3
    )
