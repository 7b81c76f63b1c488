"""What is looked at before a proven plan is carried out: its findings, its digests, and what a person made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from schema_core.apply.carry_out import Patience
from schema_core.apply.touched import digest, digest_of_texts
from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import Dialect, ExecutionError, Scope, SplitError
from schema_core.diff.by_name import compare_by_name
from schema_core.lint.codes import all_rules
from schema_core.lint.context import ENDS
from schema_core.lint.plan import lint_plan
from schema_core.operations.proven_plan import ProvenPlan
from schema_core.plan.making import planner_of
from schema_core.plan.proof import make_before, prove
from schema_core.plan.sql import migration_of, sql_of
from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan, PlannedStatement
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.results import FileReport, PlanDigests
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

Edit = Callable[[str], str]
"""Lets a person change SQL and gives what came of it."""
_BY_HAND = "it was written by hand"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan has to do with, in the state before and in the state after."""

    before: Realm
    after: Realm

    def refs(self) -> frozenset[Ref]:
        """All of it by name."""
        return frozenset((*self.before, *self.after))


def part_of(dialect: Dialect, proven: ProvenPlan) -> Part:
    """What the plan has to do with; renamed objects under both names."""
    before, after = proven.compared_before, proven.compared_after
    changes = compare_by_name(before.realm, after.realm)
    part = planner_of(dialect).closure(before, after, changes)
    return Part(before=part[0], after=part[1])


def digests_of(part: Part, plan: Plan) -> PlanDigests:
    """The digests that say whether a plan made again is the same."""
    return PlanDigests(
        before=digest(part.before),
        after=digest(part.after),
        statements=digest_of_texts(statement.text for statement in plan.statements),
    )


def linted(database: DevelopmentDatabase, proven: ProvenPlan, part: Part, plan: Plan, patience: Patience) -> FileReport:
    """What is seen of the plan's statements on a development database, and what the rules say to it."""
    rules = all_rules(database.dialect.name)
    sql = migration_of(plan.statements, transactional=plan.transactional)
    try:
        return lint_plan(
            database,
            lambda session: make_before(database, session, proven.compared_before, part.before, proven.before.load),
            sql,
            rules,
            waits_limited=patience.lock_wait > 0,
        )
    except ExecutionError as error:
        raise UserError(f"The development database failed: {error.message}") from error


def edited(database: DevelopmentDatabase, proven: ProvenPlan, edit: Edit, scope: Scope) -> tuple[Plan, bool]:
    """The plan as a person changed it, proven to lead where the original does, and whether anything was changed.

    Raises UserError when it does not, or when it cannot be run as a plan is.
    """
    text = sql_of(proven.plan.statements)
    new = edit(text)
    if new.strip() == text.strip():
        return proven.plan, False
    other = Plan(statements=_planned(database.dialect, new))
    before, after = proven.compared_before, proven.compared_after
    changes = compare_by_name(before.realm, after.realm)
    prove(database, before, after, changes, other, load=proven.before.load, scope=scope, by_hand=True)
    return other, True


def _planned(dialect: Dialect, sql: str) -> tuple[PlannedStatement, ...]:
    try:
        statements = list(dialect.split(SourceText("the edited plan", sql.encode())))
    except SplitError as error:
        position = SourceText("the edited plan", sql.encode()).position(error.offset)
        raise UserError(f"The edited plan cannot be read, line {position.line}: {error.message}") from error
    _refuse_control(statements)
    return tuple(
        PlannedStatement(
            text=statement.text.rstrip().removesuffix(";"),
            comment=_comment(statement),
            irreversible=_BY_HAND,
            in_transaction=dialect.runs_in_transaction(statement),
        )
        for statement in statements
    )


def _comment(statement: Statement) -> str:
    line = statement.comments[-1] if statement.comments else ""
    return line.lstrip("-# ").strip() or "Edited by hand"


def _refuse_control(statements: Sequence[Statement]) -> None:
    for statement in statements:
        kinds = {action.kind for action in statement.actions}
        if kinds & (ENDS | {"begin"}):
            raise UserError(
                f"The edited plan begins or ends a transaction (line {statement.span.start.line}); leave that out: "
                "--tx-mode says what shares one."
            )
