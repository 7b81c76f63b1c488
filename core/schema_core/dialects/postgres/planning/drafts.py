"""Steps in the making: what each makes and takes away, from which their order follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.comment import CONSTRAINTS, set_comment
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.wording import commented
from schema_core.schema.changes import Alter
from schema_core.schema.plans import PlannedStatement, Step
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_RELATIONS = frozenset({"table", "view", "materialized view", "sequence"})
_INDEXED = frozenset({"index", "primary key", "unique constraint", "exclusion constraint"})
_TYPES = frozenset({"table", "view", "materialized view", "enum", "domain"})

Name = tuple[str | None, ...]


class Rank:
    """Where a step stands among those that could come next."""

    SCHEMA = 0
    EXTENSION = 1
    TYPE = 2
    SEQUENCE = 4
    RENAME = 6
    MAKE_ROOM = 8
    TABLE = 10
    ALTER_TABLE = 12
    REQUIRE = 13
    ATTACH = 14
    INDEX = 16
    VALIDATE = 17
    VIEW = 18
    COMMENT = 20
    DROP_VIEW = 30
    DROP_INDEX = 31
    DROP_TABLE = 32
    DROP_SEQUENCE = 34
    DROP_TYPE = 36
    DROP_EXTENSION = 38
    DROP_SCHEMA = 39


@dataclass(kw_only=True)
class Draft:
    """A step, and which objects it brings into their new form (``makes``) or ends in their old one (``ends``).

    ``needs`` are objects that must have their new form before it, ``needed`` those of the old state that must still be
    there when it runs, ``outlives`` those that are all new or gone by then. It comes before everything about the
    table ``leaves`` and what belongs to that.
    """

    key: str
    rank: int
    statements: Sequence[PlannedStatement] = ()
    head: str | None = None
    part: int = 1
    alone: bool = False
    comment: str = ""
    clauses: Sequence[str] = ()
    reverse: Sequence[str] = ()
    afterwards: Sequence[str] = ()
    irreversible: str | None = None
    makes: set[Ref] = field(default_factory=set)
    ends: set[Ref] = field(default_factory=set)
    needs: set[Ref] = field(default_factory=set)
    needed: set[Ref] = field(default_factory=set)
    outlives: set[Ref] = field(default_factory=set)
    leaves: set[Ref] = field(default_factory=set)
    after: set[str] = field(default_factory=set)


class Drafts:
    """All steps of a plan; their order is found when all are there."""

    def __init__(self, situation: Situation) -> None:
        """Start without any."""
        self._situation = situation
        self._drafts: list[Draft] = []

    def add(self, draft: Draft) -> None:
        """Take one more."""
        self._drafts.append(draft)

    def finish(self) -> tuple[Step, ...]:
        """The steps with everything that each must follow."""
        makers: defaultdict[Ref, list[Draft]] = defaultdict(list)
        enders: defaultdict[Ref, list[Draft]] = defaultdict(list)
        for draft in self._drafts:
            for ref in draft.makes:
                makers[ref].append(draft)
            for ref in draft.ends:
                enders[ref].append(draft)
        for draft in self._drafts:
            earlier = [one for ref in draft.needs | draft.outlives for one in makers.get(ref, ())]
            earlier += [one for ref in draft.makes | draft.outlives for one in enders.get(ref, ())]
            draft.after.update(one.key for one in earlier if one is not draft)
            for ender in (one for ref in draft.needed for one in enders.get(ref, ())):
                if ender is not draft:
                    ender.after.add(draft.key)
        self._leave_first()
        self._make_room_for_names()
        return tuple(_step(draft) for draft in self._drafts)

    def _leave_first(self) -> None:
        """What leaves a partition tree is out before the tree changes."""
        leaving: defaultdict[Name, list[Draft]] = defaultdict(list)
        for draft in self._drafts:
            for table in draft.leaves:
                leaving[table.schema, table.name].append(draft)
        for draft in self._drafts if leaving else ():
            for ref in draft.makes | draft.ends:
                for one in leaving.get((ref.schema, ref.parent), ()):
                    if one is not draft:
                        draft.after.add(one.key)

    def _make_room_for_names(self) -> None:
        """Who takes a name comes after who gives it up."""
        given_up: defaultdict[Name, list[Draft]] = defaultdict(list)
        before, after = self._situation.before.realm, self._situation.after.realm
        for draft in self._drafts:
            for ref in draft.ends:
                for name in names(ref, before):
                    given_up[name].append(draft)
        for draft in self._drafts:
            for ref in draft.makes:
                for name in names(ref, after):
                    draft.after.update(one.key for one in given_up.get(name, ()) if one is not draft)


def names(ref: Ref, realm: Realm) -> Iterable[Name]:
    """The names that an object takes, each with the space in which it is taken."""
    if ref.kind in _RELATIONS or ref.kind in _INDEXED:
        yield ("relation", ref.schema, ref.name)
    if ref.kind in _TYPES:
        yield ("type", ref.schema, ref.name)
    if ref.kind in CONSTRAINTS:
        yield ("constraint", ref.schema, ref.parent, ref.name)
    item = realm.get(ref)
    if isinstance(item, PostgresColumn) and item.identity_sequence is not None:
        yield ("relation", ref.schema, item.identity_sequence)


def _step(draft: Draft) -> Step:
    return Step(
        key=draft.key,
        rank=draft.rank,
        after=frozenset(draft.after),
        statements=tuple(draft.statements),
        head=draft.head,
        part=draft.part,
        alone=draft.alone,
        comment=draft.comment,
        clauses=tuple(draft.clauses),
        reverse=tuple(draft.reverse),
        afterwards=tuple(draft.afterwards),
        irreversible=draft.irreversible,
    )


def undone_together(statements: list[tuple[str, str]], reverse: tuple[str, ...]) -> list[PlannedStatement]:
    """Statements of which undoing the first undoes all."""
    return [
        PlannedStatement(text=text, comment=comment, reverse=() if number else reverse)
        for number, (text, comment) in enumerate(statements)
    ]


def draft_comment(drafts: Drafts, change: Alter) -> None:
    """COMMENT ON for an object that stays, when its comment changes."""
    if change.before.comment == change.after.comment:
        return
    drafts.add(
        Draft(
            key=f"comment on {described(change.ref)}",
            rank=Rank.COMMENT,
            statements=(
                PlannedStatement(
                    text=set_comment(change.after),
                    comment=commented(change.ref),
                    reverse=(set_comment(change.before),),
                ),
            ),
            needs={change.ref},
        )
    )
