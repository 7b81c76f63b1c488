"""A plan is run where nothing can be lost, and must lead to the desired state."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import BatchError, ExecutionError, Inspection, Scope, Session
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.making import planner_of
from schema_core.schema.changes import Alter, Change
from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan, Proof
from schema_core.schema.realm import Realm

_NAMED = 5
_DEFECT = "This is a defect of schema-action, not of your input; please report it"
_EDIT = "Edit it again, or change the desired state"
_NO_CONVERSION = "42846"
"""SQLSTATE cannot_coerce: no cast leads from one type to the other, so that only a person can write the change."""

Load = Callable[[Session], None]


def prove(
    database: DevelopmentDatabase,
    before: Inspection,
    after: Inspection,
    changes: Sequence[Change],
    plan: Plan,
    *,
    load: Load | None,
    scope: Scope,
    by_hand: bool = False,
) -> Proof:
    """Run the plan on a development database that holds the state before, and compare.

    Only the part of the state that the changes have to do with is made there. Where that part needs something that is
    not modelled, ``load`` makes the whole state instead. Raises UserError when the plan does not run or does not lead
    to the state after; that is a defect of ours unless the plan was written ``by_hand``.
    """
    started = time.perf_counter()
    part, wanted = planner_of(database.dialect).closure(before, after, changes)
    lacking = _lacking(before, part)
    with database.scratch() as session:
        given = _inspected(session, Scope()).realm
        if lacking is None:
            _make(database, session, part, given)
        elif load is not None:
            load(session)
            part, wanted = before.realm, after.realm
        else:
            raise UserError(
                f"The plan cannot be proven: {lacking}, which is not modelled or was left out, so the state before "
                "cannot be made on a development database. Leave out both, or give the state as files."
            )
        _run(session, plan, by_hand=by_hand)
        reached = _inspected(session, scope if lacking else Scope()).realm
    # What every new database has, and neither state speaks of, is no difference.
    silent = [ref for ref in given if ref not in part and ref not in wanted]
    left = compare_by_name(reached.replaced(silent, ()), wanted)
    if left:
        raise UserError(
            f"The plan was run on a development database and does not lead to the desired state; {_differences(left)}. "
            f"{_EDIT if by_hand else _DEFECT}."
        )
    return Proof(objects=len(part), duration_ms=round((time.perf_counter() - started) * 1000, 1))


def made_and_run(database: DevelopmentDatabase, part: Realm, plan: Plan) -> Inspection:
    """What comes of a part of a state when a plan is run on it."""
    with database.scratch() as session:
        _make(database, session, part, _inspected(session, Scope()).realm)
        _run(session, plan)
        return _inspected(session, Scope())


def _lacking(before: Inspection, part: Realm) -> str | None:
    """The first object of the part that needs something outside it, in words."""
    for ref in part:
        for need in before.needs.get(ref, ()):
            if need not in part:
                return f"{ref.kind} {ref.label()} needs {need.kind} {need.label()}"
    return None


def _make(database: DevelopmentDatabase, session: Session, part: Realm, given: Realm) -> None:
    """Make a part of a state, but for what every new database has already."""
    there = [ref for ref, item in given.items() if part.get(ref) == item]
    statements = database.dialect.render(part.replaced(there, ()))
    try:
        with session.transaction():
            session.execute_each(statements)
    except BatchError as error:
        raise UserError(
            f"The state before cannot be made on the development database: {error.message} "
            f"({_short(statements[error.index])})."
        ) from error
    except ExecutionError as error:
        raise UserError(f"The development database failed: {error.message}") from error


def make_before(
    database: DevelopmentDatabase, session: Session, before: Inspection, part: Realm, load: Load | None
) -> None:
    """Make the part of the state before that a plan works on, or all of it where the part alone cannot be made."""
    if _lacking(before, part) is None:
        _make(database, session, part, _inspected(session, Scope()).realm)
    elif load is not None:
        load(session)
    else:
        raise UserError("The state before cannot be made on a development database.")


def _run(session: Session, plan: Plan, *, by_hand: bool = False) -> None:
    texts = [statement.text for statement in plan.statements]
    try:
        if plan.transactional:
            with session.transaction():
                session.execute_each(texts)
        else:
            session.execute_each(texts)
    except BatchError as error:
        if error.code == _NO_CONVERSION:
            raise UserError(
                f"There is no plan: {error.message} ({_short(texts[error.index])}). Write this change by hand."
            ) from error
        raise UserError(
            f"The plan does not run on a development database: {error.message} ({_short(texts[error.index])}). "
            f"{_EDIT if by_hand else _DEFECT}."
        ) from error
    except ExecutionError as error:
        raise UserError(f"The development database failed: {error.message}") from error


def _inspected(session: Session, scope: Scope) -> Inspection:
    try:
        return session.inspect(scope)
    except ExecutionError as error:
        raise UserError(f"The development database failed: {error.message}") from error


def _differences(changes: Sequence[Change]) -> str:
    words = [
        f"{change.ref.kind} {change.ref.label()} ({', '.join(change.fields())})"
        if isinstance(change, Alter)
        else f"{change.ref.kind} {change.ref.label()}"
        for change in changes[:_NAMED]
    ]
    more = f" and {len(changes) - _NAMED} more" if len(changes) > _NAMED else ""
    return f"still different: {', '.join(words)}{more}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"{line[:160]}…" if len(line) > 160 else line
