"""A plan between two states that was run on a development database: what several commands begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import msgspec

from schema_core.devdb.development_database import DevelopmentDatabase, development_database
from schema_core.dialects.protocol import Inspection, Scope
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.making import make_plan, planner_of
from schema_core.plan.proof import made_and_run, prove
from schema_core.plan.renames import Said, declined, parse_rename, refusal, renamed, resolve, suspects
from schema_core.plan.wording import in_the_same_words
from schema_core.schema.changes import Change, Rename
from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan, Policy, Proof, RenameHint
from schema_core.schema.ref import Ref
from schema_core.schema.results import Notice
from schema_core.sources.states import State, is_database, read_state
from schema_core.text.truncate import shorten

_NAMED = 5
_LONGEST = 160
Progress = Callable[[str], None]
Ask = Callable[[Ref, Ref], bool]
"""Asks a person whether the one object was renamed to the other."""


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """The states to plan between, and what to look at of them."""

    before: tuple[str, ...]
    """Nothing is there where no URL is given."""
    after: tuple[str, ...]
    before_flag: str = "from"
    dev_url: str | None = None
    scope: Scope = Scope()
    renames: tuple[str, ...] = ()
    policies: frozenset[Policy] = frozenset()


class ProvenPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that led from the one state to the other.

    ``before`` is the state as it was read, ``compared_before`` and ``compared_after`` are both as the development
    database's server prints them. ``proof`` is None when there was nothing to prove. ``notices`` says what was not
    compared, and that the server is another than the target's.
    """

    before: State
    after: State
    compared_before: Inspection
    compared_after: Inspection
    changes: tuple[Change, ...]
    plan: Plan
    proof: Proof | None
    notices: tuple[Notice, ...]


class _Work(msgspec.Struct, kw_only=True):
    """Two states on their way to a plan."""

    before: State
    after: State
    notices: list[Notice]


def open_database(endpoints: Endpoints, notices: list[Notice]) -> AbstractContextManager[DevelopmentDatabase]:
    """The development database to plan on, of the engine and major of the database that was named first."""
    target = next((url for url in (*endpoints.before, *endpoints.after) if is_database(url)), None)
    return development_database(
        endpoints.dev_url, target_url=target, notify=lambda text: notices.append(Notice(message=text))
    )


def proven_plan(
    endpoints: Endpoints, database: DevelopmentDatabase, progress: Progress = lambda _: None, ask: Ask | None = None
) -> ProvenPlan:
    """Read both states, plan the way from one to the other, and run it where nothing can be lost.

    ``ask`` is called where something dropped and something new look like a rename; None refuses them. Raises UserError
    when a state cannot be read, when there is no safe plan, and when the plan does not hold.
    """
    planner_of(database.dialect)
    progress("reading the state before")
    before = _read(endpoints.before, endpoints.before_flag, endpoints.scope, database)
    progress("reading the state after")
    after = _read(endpoints.after, "to", endpoints.scope, database)
    work = _Work(before=before, after=after, notices=[])
    _same_major(work, database)
    compared = work.before.inspection
    progress("planning")
    hints, dropped = _said(endpoints.renames, work)
    renaming, hints = _with_renames(work, database, hints, dropped, ask)
    changes = compare_by_name(work.before.inspection.realm, work.after.inspection.realm)
    agreed = in_the_same_words(database, work.before.inspection, work.after.inspection, changes)
    if agreed is not work.before.inspection:
        work.before = msgspec.structs.replace(work.before, inspection=agreed)
        changes = compare_by_name(agreed.realm, work.after.inspection.realm)
    plan = make_plan(
        database.dialect,
        work.before.inspection,
        work.after.inspection,
        changes,
        database.server.major,
        policies=endpoints.policies,
    )
    proof: Proof | None = None
    if changes:
        progress("proving the plan")
        proof = prove(
            database,
            work.before.inspection,
            work.after.inspection,
            changes,
            plan,
            load=before.load if not hints else None,
            scope=endpoints.scope,
        )
        _tell_of_rows(proof, work.notices)
    _warn_of_the_rest(before, after, work.notices)
    return ProvenPlan(
        before=before,
        after=after,
        compared_before=compared,
        compared_after=work.after.inspection,
        changes=(*_renames(before, work, hints), *changes),
        plan=Plan(statements=(*renaming.statements, *plan.statements)),
        proof=proof,
        notices=tuple(work.notices),
    )


def _read(urls: Sequence[str], flag: str, scope: Scope, database: DevelopmentDatabase) -> State:
    state = read_state(urls, scope, database)
    if state.server.engine != database.server.engine:
        raise UserError(
            f"--{flag} is a {state.server.engine} database and the development database is {database.server.engine}; "
            "name one of the same engine with --dev-url."
        )
    return state


def _same_major(work: _Work, database: DevelopmentDatabase) -> None:
    """Read a state through the development database's server where it comes from another major."""
    for name in ("before", "after"):
        state: State = getattr(work, name)
        if state.server.major == database.server.major:
            continue
        title, ours = database.dialect.title, database.server.major
        work.notices.append(
            Notice(
                message=f"{state.origin} is {title} {state.server.major} and the development database is {title} "
                f"{ours}: expressions and queries are compared as {ours} prints them, and the plan was proven there "
                f"only; --dev-url embedded://{database.dialect.name}/{state.server.major} proves it where it will run."
            )
        )
        if state.inspection.missing():
            continue
        inspection = made_and_run(database, state.inspection.realm, Plan())
        here = [ref for ref in inspection.realm if ref.kind == "schema" and ref not in state.inspection.realm]
        inspection = msgspec.structs.replace(
            inspection,
            realm=inspection.realm.replaced(here, ()),
            unmodelled=state.inspection.unmodelled,
            uses={**state.inspection.uses, **inspection.uses},
            needs={**state.inspection.needs, **inspection.needs},
        )
        setattr(work, name, msgspec.structs.replace(state, inspection=inspection))


def _said(flags: Sequence[str], work: _Work) -> tuple[tuple[RenameHint, ...], frozenset[Ref]]:
    groups: list[list[Said]] = [list(parse_rename(text)) for text in flags]
    groups += [
        [Said(kind=one.kind, schema=one.schema, parent=one.parent, name=one.name, old=one.old, place=one.place)]
        for one in work.after.renames
    ]
    before, after = work.before.inspection.realm, work.after.inspection.realm
    tables_first = sorted(groups, key=lambda group: all(said.kind == "column" for said in group))
    return resolve(tables_first, before, after), declined(groups, before)


def _with_renames(
    work: _Work, database: DevelopmentDatabase, hints: tuple[RenameHint, ...], dropped: frozenset[Ref], ask: Ask | None
) -> tuple[Plan, tuple[RenameHint, ...]]:
    """The renames that were said, and those that a person answers for; the state before has them afterwards."""
    before = work.before
    plan = Plan()
    asked: set[tuple[Ref, Ref]] = set()
    while True:
        if hints:
            plan, inspection = renamed(database, before.inspection, hints)
            work.before = msgspec.structs.replace(before, inspection=inspection)
        changes = compare_by_name(work.before.inspection.realm, work.after.inspection.realm)
        more = _answered(changes, dropped, asked, ask)
        if more is None:
            return plan, hints
        hints = (*hints, more)


def _answered(
    changes: Sequence[Change], dropped: frozenset[Ref], asked: set[tuple[Ref, Ref]], ask: Ask | None
) -> RenameHint | None:
    """The first suspect that a person calls a rename."""
    for old, new in suspects(changes):
        if old in dropped or (old, new) in asked:
            continue
        if ask is None:
            raise refusal(old, new)
        asked.add((old, new))
        if ask(old, new):
            return RenameHint(before=old, after=new)
    return None


def _renames(before: State, work: _Work, hints: Sequence[RenameHint]) -> tuple[Rename, ...]:
    return tuple(
        Rename(before=before.inspection.realm[hint.before], after=work.before.inspection.realm[hint.after])
        for hint in hints
    )


def _tell_of_rows(proof: Proof, notices: list[Notice]) -> None:
    """Say where rows decide whether the plan runs, and where it was proven without any."""
    notices.extend(
        Notice(
            message=f"Depends on rows: {shorten(' '.join(risk.statement.split()), _LONGEST)} failed on rows that were "
            f"made up for the proof: {risk.message}."
        )
        for risk in proof.risks
    )
    if proof.risks and not proof.rows:
        notices.append(Notice(message="In the end the plan was proven without rows, so there may be more of these."))
    if proof.empty:
        named = "; ".join(f"{one.table.label()} ({one.reason})" for one in proof.empty[:_NAMED])
        more = f" and {len(proof.empty) - _NAMED} more" if len(proof.empty) > _NAMED else ""
        notices.append(Notice(message=f"Proven without rows, because none could be made up: {named}{more}."))


def _warn_of_the_rest(before: State, after: State, notices: list[Notice]) -> None:
    """Say what is not modelled and therefore was not compared, where the two states differ in it."""
    old = {item.ref for item in before.inspection.unmodelled if item.ref.kind != "privileges"}
    new = {item.ref for item in after.inspection.unmodelled if item.ref.kind != "privileges"}
    differing = sorted((old ^ new), key=lambda ref: (ref.kind, ref.label()))
    if differing:
        names = ", ".join(f"{ref.kind} {ref.label()}" for ref in differing[:5])
        more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
        notices.append(
            Notice(message=f"Not compared, because these kinds are not modelled; only one state has: {names}{more}.")
        )
    both = old & new
    if both:
        notices.append(Notice(message=f"{len(both)} objects of kinds that are not modelled were not compared."))
