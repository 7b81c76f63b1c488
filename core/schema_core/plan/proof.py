"""A plan is run where nothing can be lost, and must lead to the desired state."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import BatchError, ExecutionError, Inspection, Scope, Session
from schema_core.dialects.sample_rows import Filled
from schema_core.diff.by_name import compare_by_name
from schema_core.diff.texts import differs_in_text
from schema_core.plan.kept_rows import kept_numbers, kept_tables, lost
from schema_core.plan.making import planner_of
from schema_core.schema.changes import Alter, Change
from schema_core.schema.errors import UserError
from schema_core.schema.objects import Table
from schema_core.schema.plans import EmptyTable, Plan, Proof, RowRisk
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_NAMED = 5
_MOST_RISKS = 8
"""After so many statements that did not fit some table's rows the plan is run without any."""
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
    """Run the plan on a development database that holds the state before and rows, and compare.

    Only the part of the state that the changes have to do with is made there. Where that part needs something that is
    not modelled, ``load`` makes the whole state instead. Where a statement does not fit the rows that were made up,
    which says nothing against the plan, it is run again without those rows, and the risk is told. Raises UserError when
    the plan does not run, does not lead to the state after, or loses rows that should stay. What a plan that was
    written ``by_hand`` does to rows is its writer's business, and the rest no defect of ours.
    """
    started = time.perf_counter()
    part, wanted = planner_of(database.dialect).closure(before, after, changes)
    lacking = _lacking(before, part)
    if lacking is not None and load is None:
        raise UserError(
            f"The plan cannot be proven: {lacking}, which is not modelled or was left out, so the state before "
            "cannot be made on a development database. Leave out both, or give the state as files."
        )
    trial = _Trial(database, part, wanted, plan, by_hand=by_hand)
    if lacking is not None:
        trial.load_whole(before.realm, after.realm, load, scope)
    filled, risks = _run_on_rows(trial)
    return Proof(
        objects=len(trial.made),
        tables=len(filled.rows),
        rows=sum(filled.rows.values()),
        empty=tuple(EmptyTable(table=ref, reason=reason) for ref, reason in sorted(filled.empty.items())),
        risks=tuple(risks),
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
    )


def _run_on_rows(trial: _Trial) -> tuple[Filled, list[RowRisk]]:
    """Run with rows in all tables, then without those of the tables whose rows a statement did not fit."""
    tables = {table.ref for table in trial.part.of(Table)}
    risks: list[RowRisk] = []
    while True:
        try:
            return trial.run(tables), risks
        except BatchError as error:
            statement = _statement(trial.plan, error)
            if not error.over_rows or not tables:
                raise _refusal(error, statement, by_hand=trial.by_hand) from error
            risks.append(RowRisk(statement=statement, message=error.message, table=error.table))
            known = error.table in tables and len(risks) < _MOST_RISKS
            tables = tables - {error.table} if known and error.table is not None else set()


class _Trial:
    """Runs of a plan, each on a database of its own."""

    def __init__(self, database: DevelopmentDatabase, part: Realm, wanted: Realm, plan: Plan, *, by_hand: bool) -> None:
        self.part, self.plan = part, plan
        self.by_hand = by_hand
        self.made = part
        self._database = database
        self._wanted, self._reached = wanted, wanted
        self._load: Load | None = None
        self._scope = Scope()

    def load_whole(self, before: Realm, after: Realm, load: Load | None, scope: Scope) -> None:
        """Make and compare the whole states instead of the parts; rows go into the part all the same."""
        self.made, self._reached = before, after
        self._load, self._scope = load, scope

    def run(self, tables: Collection[Ref]) -> Filled:
        """Run the plan with rows in these tables; raises BatchError for the statement that fails."""
        filled, reached, doubtful = self._run(tables)
        if doubtful:
            self._compare_again(reached, doubtful)
        return filled

    def _run(self, tables: Collection[Ref]) -> tuple[Filled, Realm, Sequence[Change]]:
        with self._database.scratch() as session:
            given = _inspected(session, Scope()).realm
            if self._load is not None:
                self._load(session)
            else:
                _make(self._database, session, self.made, given)
            rows = session.sample_rows()
            if rows is None:
                _execute(session, self.plan)
                reached = _inspected(session, self._scope).realm
                return Filled(rows={}, empty={}), reached, self._compare(reached, given)
            with _server_errors():
                filled = rows.fill(self.part, self._wanted, tables)
                kept = [table for table in kept_tables(self.part, self._wanted) if table.ref in filled.rows]
                steps = kept_numbers(self.part, self._wanted)
                state = rows.read(kept, tuple(steps))
            _execute(session, self.plan)
            reached = _inspected(session, self._scope).realm
            doubtful = self._compare(reached, given)
            if not self.by_hand:
                with _server_errors():
                    _require_kept(lost(state, rows.read(kept, tuple(steps)), steps))
            return filled, reached, doubtful

    def _compare(self, reached: Realm, given: Realm) -> Sequence[Change]:
        """What differs in printed texts alone; raises UserError when anything else does."""
        # What every new database has, and neither state speaks of, is no difference.
        silent = [ref for ref in given if ref not in self.made and ref not in self._reached]
        left = compare_by_name(reached.replaced(silent, ()), self._reached)
        if not all(differs_in_text(change) for change in left):
            raise self._missed(left)
        return left

    def _compare_again(self, reached: Realm, doubtful: Sequence[Change]) -> None:
        """Compare with the state after as the server prints it when it was made from its own print."""
        printed = made_and_run(self._database, self._reached, Plan()).realm
        left = [change for change in doubtful if printed.get(change.ref) != reached.get(change.ref)]
        if left:
            raise self._missed(left)

    def _missed(self, left: Sequence[Change]) -> UserError:
        return UserError(
            "The plan was run on a development database and does not lead to the desired state; "
            f"{_differences(left)}. {_EDIT if self.by_hand else _DEFECT}."
        )


def _require_kept(gone: Iterator[str]) -> None:
    if words := list(gone):
        more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
        raise UserError(
            f"The plan was run on a development database and loses rows: {'; '.join(words[:_NAMED])}{more}. {_DEFECT}."
        )


def made_and_run(database: DevelopmentDatabase, part: Realm, plan: Plan) -> Inspection:
    """What comes of a part of a state when a plan is run on it."""
    with database.scratch() as session:
        _make(database, session, part, _inspected(session, Scope()).realm)
        try:
            _execute(session, plan)
        except BatchError as error:
            raise _refusal(error, _statement(plan, error)) from error
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
        raise _failed(error) from error


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


def _statement(plan: Plan, error: BatchError) -> str:
    """What failed; behind the last statement it is the commit, where rows may be held to what refers to them."""
    return plan.statements[error.index].text if error.index < len(plan.statements) else "COMMIT"


def _execute(session: Session, plan: Plan) -> None:
    texts = [statement.text for statement in plan.statements]
    try:
        if plan.transactional:
            with session.transaction():
                session.execute_each(texts)
        else:
            session.execute_each(texts)
    except BatchError:
        raise
    except ExecutionError as error:
        if error.over_rows:
            raise BatchError(len(texts), error) from error
        raise _failed(error) from error


def _refusal(error: BatchError, statement: str, *, by_hand: bool = False) -> UserError:
    if error.code == _NO_CONVERSION:
        return UserError(f"There is no plan: {error.message} ({_short(statement)}). Write this change by hand.")
    return UserError(
        f"The plan does not run on a development database: {error.message} ({_short(statement)}). "
        f"{_EDIT if by_hand else _DEFECT}."
    )


def _inspected(session: Session, scope: Scope) -> Inspection:
    with _server_errors():
        return session.inspect(scope)


@contextmanager
def _server_errors() -> Iterator[None]:
    try:
        yield
    except ExecutionError as error:
        raise _failed(error) from error


def _failed(error: ExecutionError) -> UserError:
    return UserError(f"The development database failed: {error.message}")


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
