"""The order of steps, and which of them share a statement."""

from __future__ import annotations

import pytest

from schema_core.plan.order import ordered
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement, Step


def clause(key: str, *after: str, part: int = 1, alone: bool = False) -> Step:
    return Step(
        key=key,
        rank=1,
        after=frozenset(after),
        head="ALTER t",
        part=part,
        alone=alone,
        clauses=(key,),
        reverse=(f"-{key}",),
    )


def statement(key: str, *after: str, rank: int = 1) -> Step:
    return Step(key=key, rank=rank, after=frozenset(after), statements=(PlannedStatement(text=key, comment=""),))


def texts(*steps: Step) -> list[str]:
    return [one.text for one in ordered(steps).statements]


def test_clauses_of_one_head_share_a_statement_whose_reverse_goes_backwards() -> None:
    plan = ordered([clause("a"), clause("drop", part=0), clause("b", "a")])
    assert [one.text for one in plan.statements] == ["ALTER t drop, a, b"]
    assert plan.reversed() == ("ALTER t -b, -a, -drop",)


def test_a_statement_between_two_clauses_parts_them() -> None:
    assert texts(clause("a"), statement("view", "a"), clause("b", "view")) == ["ALTER t a", "view", "ALTER t b"]


def test_clauses_that_only_other_clauses_had_to_leave_stay_together() -> None:
    steps = [clause("a"), statement("view", "a"), clause("b", "view"), clause("c"), clause("d")]
    assert texts(*steps) == ["ALTER t a, c, d", "view", "ALTER t b"]


def test_a_clause_that_must_be_alone_is() -> None:
    assert texts(clause("a"), clause("b", "a", alone=True), clause("c", "b")) == ["ALTER t a", "ALTER t b", "ALTER t c"]


def test_ranks_decide_among_what_may_come_next() -> None:
    assert texts(statement("late", rank=9), statement("early", rank=2), statement("first", rank=3)) == [
        "early",
        "first",
        "late",
    ]


def test_a_circle_of_steps_is_named() -> None:
    with pytest.raises(UserError, match=r"in a circle.*x, y"):
        ordered([statement("x", "y"), statement("y", "x")])


def test_a_plan_with_a_statement_that_nothing_undoes_has_no_reverse() -> None:
    step = Step(key="x", rank=1, statements=(PlannedStatement(text="x", comment="", irreversible="it is final"),))
    assert ordered([step]).reversed() is None
