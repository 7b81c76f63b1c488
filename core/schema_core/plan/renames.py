"""Renames: what a person says, what looks like one, and how the server carries them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import Dialect, Inspection
from schema_core.plan.making import planner_of
from schema_core.plan.proof import made_and_run
from schema_core.schema.changes import Alter, Change, Create, Drop
from schema_core.schema.errors import UserError
from schema_core.schema.objects import Column, Table
from schema_core.schema.plans import Plan, PlannedStatement, RenameHint
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_ALIKE = 0.6
"""Share of equal columns (name and type) from which a new table looks like a dropped one."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A rename as a person wrote it: what is not written is None; ``name`` is None for "not renamed, dropped"."""

    kind: str | None
    schema: str | None
    parent: str | None
    name: str | None
    old: str
    place: str


def parse_rename(text: str) -> Iterator[Said]:
    """What ``--rename OLD=NEW`` may mean: OLD is [SCHEMA.]TABLE or [SCHEMA.]TABLE.COLUMN, NEW its last part alone."""
    old, separator, new = text.partition("=")
    parts = old.split(".")
    if not separator or not all(parts) or len(parts) > 3:
        raise UserError(
            f"--rename takes OLD=NEW, as in users.name=full_name or public.users=accounts (an empty NEW says that OLD "
            f"was dropped), not {text!r}."
        )
    name = new.rpartition(".")[2] or None
    place = f"--rename {text}"
    if len(parts) <= 2:
        schema = parts[0] if len(parts) == 2 else None
        yield Said(kind=None, schema=schema, parent=None, name=name, old=parts[-1], place=place)
    if len(parts) >= 2:
        schema = parts[0] if len(parts) == 3 else None
        yield Said(kind="column", schema=schema, parent=parts[-2], name=name, old=parts[-1], place=place)


def resolve(groups: Iterable[Sequence[Said]], before: Realm, after: Realm) -> tuple[RenameHint, ...]:
    """The renames that are still to be made; one that was made already is passed over.

    Each group is one thing said, with all it may mean. Raises UserError for one that fits no object, or several.
    """
    found: list[RenameHint] = []
    for group in groups:
        tables = {hint.after: hint.before for hint in found}
        fitting = {pair: None for said in group for pair in _pairs(said, before, after, tables)}
        if len(fitting) > 1:
            raise UserError(f"{group[0].place} fits {len(fitting)} objects; write the schema and the table as well.")
        if not fitting and not any(_is_settled(said, before, after) for said in group):
            raise UserError(
                f"{group[0].place} fits no object: {group[0].old!r} is not there before, or its new name is not after."
            )
        found += [RenameHint(before=old, after=new) for old, new in fitting if old != new]
    return tuple(found)


def _pairs(said: Said, before: Realm, after: Realm, tables: Mapping[Ref, Ref]) -> Iterator[tuple[Ref, Ref]]:
    """The objects that one reading fits; ``tables`` maps renamed tables to what they were."""
    for new in after if said.name is not None else ():
        if not _fits(new, said, said.name or ""):
            continue
        owner = _owner(new)
        parent = tables.get(owner, owner).name if owner is not None else None
        for old in before:
            if (old.kind, old.schema, old.parent) == (new.kind, new.schema, parent) and _same(old.name, said.old):
                yield old, new


def _is_settled(said: Said, before: Realm, after: Realm) -> bool:
    """Whether there is nothing to rename: it was done already, or said not to have been."""
    if said.name is None:
        return any(_fits(ref, said, said.old) for ref in before)
    return any(_fits(ref, said, said.name) and ref in before for ref in after)


def declined(groups: Iterable[Sequence[Said]], before: Realm) -> frozenset[Ref]:
    """Objects that a person said were dropped, not renamed."""
    return frozenset(
        ref for group in groups for said in group if said.name is None for ref in before if _fits(ref, said, said.old)
    )


def _fits(ref: Ref, said: Said, name: str) -> bool:
    if said.kind is None and ref.parent is not None:
        return False
    return (
        (said.kind is None or ref.kind == said.kind)
        and (said.schema is None or ref.schema == said.schema)
        and (said.parent is None or (ref.parent is not None and _same(ref.parent, said.parent)))
        and _same(ref.name, name)
    )


def _same(name: str, written: str) -> bool:
    return name == written or name == written.lower()


def _owner(ref: Ref) -> Ref | None:
    return Ref("table", ref.schema, None, ref.parent) if ref.parent is not None else None


def suspects(changes: Sequence[Change]) -> Iterator[tuple[Ref, Ref]]:
    """Pairs of something dropped and something new that look like one thing renamed, and that hold rows."""
    dropped = [change.object for change in changes if isinstance(change, Drop)]
    created = [change.object for change in changes if isinstance(change, Create)]
    gone, new = ({item.ref for item in items if isinstance(item, Table)} for items in (dropped, created))
    columns = [item for item in created if isinstance(item, Column)]
    for item in dropped:
        if isinstance(item, Column) and _owner(item.ref) not in gone and item.generated is None:
            for other in columns:
                same_table = (other.ref.schema, other.ref.parent) == (item.ref.schema, item.ref.parent)
                if same_table and other.type == item.type and other.generated is None:
                    yield item.ref, other.ref
    shapes = {ref: _shape(ref, dropped) for ref in gone} | {ref: _shape(ref, created) for ref in new}
    for old in sorted(gone):
        for one in sorted(new):
            shared, most = len(shapes[old] & shapes[one]), max(len(shapes[old]), len(shapes[one]))
            if old.schema == one.schema and most and shared / most >= _ALIKE:
                yield old, one


def _shape(table: Ref, items: Iterable[object]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (item.ref.name, item.type) for item in items if isinstance(item, Column) and _owner(item.ref) == table
    )


def refusal(old: Ref, new: Ref) -> UserError:
    """What to say where nobody can be asked."""
    what = f"{old.kind} {old.label()}"
    short = f"{old.parent}.{old.name}" if old.parent is not None else old.name
    return UserError(
        f"{what[0].upper()}{what[1:]} is gone and {new.name!r} is new and looks like it; dropping one and adding the "
        f"other loses what it holds. If it was renamed, write '-- atlas:renamed_from {old.name}' on the line above it, "
        f"or --rename {short}={new.name}; if it was not, --rename {short}= says so."
    )


def renaming_plan(dialect: Dialect, hints: Sequence[RenameHint], before: Realm) -> Plan:
    """The renames in an order in which each name is free: tables first, names that go round by way of another."""
    statements: list[PlannedStatement] = []
    taken = set(before)
    tables = {hint.before: hint.after for hint in hints if hint.before.parent is None}
    waiting: list[tuple[Ref, Ref]] = []
    for hint in hints:
        owner = _owner(hint.before)
        parent = tables[owner].name if owner in tables else hint.before.parent
        start = Ref(hint.before.kind, hint.before.schema, parent, hint.before.name)
        if start != hint.before:
            taken.add(start)
        waiting.append((start, hint.after))
    waiting.sort(key=lambda pair: pair[0].parent is not None)
    while waiting:
        free = next((pair for pair in waiting if pair[1] not in taken), None)
        if free is None:
            old, new = waiting[0]
            if not any(one == new for one, _ in waiting):
                raise UserError(f"{old.kind} {old.label()} cannot become {new.name!r}, which is there already.")
            spare = Ref(old.kind, old.schema, old.parent, f"{old.name[:50]}__renamed")
            waiting[0] = (spare, new)
            free = (old, spare)
        else:
            waiting.remove(free)
        statements.append(planner_of(dialect).rename(*free))
        taken.discard(free[0])
        taken.add(free[1])
    return Plan(statements=tuple(statements))


def renamed(database: DevelopmentDatabase, before: Inspection, hints: Sequence[RenameHint]) -> tuple[Plan, Inspection]:
    """The renames as a plan, and the state that they lead to: the server renames in whatever speaks of them too."""
    plan = renaming_plan(database.dialect, hints, before.realm)
    changes = [Alter(before=before.realm[hint.before], after=before.realm[hint.before]) for hint in hints]
    part, _ = planner_of(database.dialect).closure(before, before, changes)
    reached = made_and_run(database, part, plan)
    gone = set(part)
    realm = before.realm.replaced(gone, (item for ref, item in reached.realm.items() if _is_ours(ref, part)))
    return plan, msgspec.structs.replace(
        before,
        realm=realm,
        needs=_replaced(before.needs, gone, reached.needs),
        uses=_replaced(before.uses, gone, reached.uses),
    )


def _is_ours(ref: Ref, part: Realm) -> bool:
    """Whether the object came of the part, and not with the development database."""
    return ref.kind != "schema" or ref in part


def _replaced(
    old: Mapping[Ref, tuple[Ref, ...]], gone: set[Ref], new: Mapping[Ref, tuple[Ref, ...]]
) -> dict[Ref, tuple[Ref, ...]]:
    return {ref: needs for ref, needs in old.items() if ref not in gone} | dict(new)
