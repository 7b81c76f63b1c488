"""How one state becomes another: steps that an engine knows, and the ordered statements that they make."""

from __future__ import annotations

from typing import Literal

import msgspec

from schema_core.schema.ref import Ref

Policy = Literal["concurrent_index", "not_valid", "not_null"]
"""A gentler way to change tables that are in use, at the price of one transaction for the whole plan.

Indexes are built and dropped without keeping writers out, constraints are added first and validated afterwards, and
NOT NULL is set on the word of a check that was validated. The names are those of the reference's diff policies.
"""


class PlannedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a plan, without its semicolon.

    ``reverse`` undoes it, to be run in its order; it is empty when undoing an earlier statement undoes this one too, or
    when ``irreversible`` says why nothing can. ``in_transaction`` is False when it shares no transaction with others:
    it must be committed before they can run, no transaction takes it, or it would keep their locks for as long as it
    reads.
    """

    text: str
    comment: str
    reverse: tuple[str, ...] = ()
    irreversible: str | None = None
    in_transaction: bool = True


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a plan does, not yet in order.

    ``key`` names the step, ``after`` the steps that must be done first; among those that may come next, the one with
    the lowest ``rank`` does. A step is either complete ``statements``, or ``clauses`` of a statement that begins with
    ``head``; steps with the same ``head`` share one statement where their order allows it, unless they are ``alone``,
    and ``part`` tells which of them stay together where it does not. The clauses of ``reverse`` undo the clauses,
    ``afterwards`` are statements that undo the rest once they have run.
    """

    key: str
    rank: int
    after: frozenset[str] = frozenset()
    statements: tuple[PlannedStatement, ...] = ()
    head: str | None = None
    part: int = 0
    alone: bool = False
    comment: str = ""
    clauses: tuple[str, ...] = ()
    reverse: tuple[str, ...] = ()
    afterwards: tuple[str, ...] = ()
    irreversible: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Statements in order."""

    statements: tuple[PlannedStatement, ...] = ()

    @property
    def transactional(self) -> bool:
        """Whether all statements may run in one transaction."""
        return all(statement.in_transaction for statement in self.statements)

    def reversed(self) -> tuple[str, ...] | None:
        """The statements that undo the plan, in order; None when one of its statements cannot be undone."""
        if any(statement.irreversible is not None for statement in self.statements):
            return None
        return tuple(text for statement in reversed(self.statements) for text in statement.reverse)


class RenameHint(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says was renamed: the name before and after."""

    before: Ref
    after: Ref


class EmptyTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table that a plan was proven on without rows, because the server refused those that we made up."""

    table: Ref
    reason: str


class RowRisk(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of a plan that failed on rows that we made up, and may on others: it depends on them.

    ``message`` is in the server's words; ``table`` is the one whose rows did not fit, where the server tells it.
    """

    statement: str
    message: str
    table: Ref | None = None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A plan was run and led where it should.

    ``objects`` were there when it began, and in ``tables`` of them ``rows`` that we made up; rows of tables that it
    keeps were there afterwards, and sequences stood where they did.
    """

    objects: int
    tables: int = 0
    rows: int = 0
    empty: tuple[EmptyTable, ...] = ()
    risks: tuple[RowRisk, ...] = ()
    duration_ms: float
