"""Lets rules see a rebuild as what it is: one change of a table.

Judged one by one its statements would drop a table and create one. So those in between do nothing to the table, and the
last one makes all the changes, a rewrite among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from schema_core.lint.context import ObservedStatement
from schema_core.lint.rebuilds import Rebuild, under
from schema_core.lint.watch import Step
from schema_core.schema.changes import Alter, Change, Create, Drop, Rename, changed_fields
from schema_core.schema.objects import PrimaryKey, SchemaObject, UniqueConstraint
from schema_core.schema.observations import Evidence, IndexBuild, Rewrite
from schema_core.schema.ref import Ref

_KEPT_APART = ("index", "trigger")
"""What goes with the old table and is made again by statements of its own, if at all."""


def folded(steps: Sequence[Step], rebuilds: Iterable[Rebuild]) -> tuple[Step, ...]:
    """The steps as rules are to see them."""
    seen = list(steps)
    for rebuild in rebuilds:
        for number in {rebuild.created, rebuild.copied, rebuild.dropped, rebuild.begun, rebuild.finished}:
            seen[number] = _without_parts(seen[number], rebuild, number)
        last, start = seen[rebuild.finished], steps[rebuild.begun]
        changes = tuple(_changes(rebuild))
        observation = msgspec.structs.replace(
            last.observed.observation,
            changes=(*last.observed.observation.changes, *changes),
            rewrites=(*last.observed.observation.rewrites, Rewrite(ref=rebuild.table, evidence=(_evidence(rebuild),))),
            index_builds=(*last.observed.observation.index_builds, *_builds(rebuild, changes)),
        )
        seen[rebuild.finished] = msgspec.structs.replace(
            last,
            observed=msgspec.structs.replace(last.observed, observation=observation),
            before=start.before,
            new=start.new,
        )
    return tuple(seen)


def _without_parts(step: Step, rebuild: Rebuild, number: int) -> Step:
    """A step without what it did as a part of the rebuild."""
    seen, statement = step.observed.observation, step.observed.statement
    scans = seen.scans
    if number == rebuild.copied:
        scans = tuple(
            msgspec.structs.replace(scan, purpose="copy") if scan.ref in (rebuild.table, rebuild.aside) else scan
            for scan in scans
        )
        statement = msgspec.structs.replace(statement, actions=rebuild.copy)
    changes = tuple(_of_the_table(change, rebuild) for change in seen.changes if not _is_part(change, rebuild, number))
    observation = msgspec.structs.replace(seen, changes=changes, scans=scans)
    return msgspec.structs.replace(step, observed=ObservedStatement(statement=statement, observation=observation))


def _is_part(change: Change, rebuild: Rebuild, number: int) -> bool:
    match change:
        case Drop(object=item):
            old = rebuild.aside or rebuild.table
            return number == rebuild.dropped and _belongs(item.ref, old) and item.ref.kind not in _KEPT_APART
        case Rename(before=before, after=after):
            fold = rebuild.fold
            names = {fold(ref.name) for ref in (rebuild.table, rebuild.aside) if ref is not None}
            renamed = {fold(before.ref.name), fold(after.ref.name)}
            return number in (rebuild.begun, rebuild.finished) and after.ref.kind == "table" and bool(names & renamed)
        case Create(object=item):
            return rebuild.aside is not None and number == rebuild.created and _belongs(item.ref, rebuild.table)
        case _:
            return False


def _of_the_table(change: Change, rebuild: Rebuild) -> Change:
    """What goes with the old table is dropped from the table by its own name."""
    if isinstance(change, Drop) and rebuild.aside is not None and _belongs(change.ref, rebuild.aside):
        return Drop(object=under(rebuild.table, change.object))
    return change


def _belongs(ref: Ref, table: Ref) -> bool:
    return ref.schema == table.schema and table.name == (ref.name if ref.parent is None else ref.parent)


def _changes(rebuild: Rebuild) -> Iterator[Change]:
    """What the new table has that the old one had not: drops, then renames and alterations, then creations."""
    old = {_key(item.ref, rebuild): item for item in rebuild.before if item.ref.kind not in _KEPT_APART}
    new = {_key(item.ref, rebuild): item for item in rebuild.after if item.ref.kind not in _KEPT_APART}
    renamed = dict(_renamed_columns(rebuild, old, new))
    gone = [item for key, item in old.items() if key not in new and key not in renamed]
    came = [item for key, item in new.items() if key not in old and key not in renamed.values()]
    altered = [(old[key], item) for key, item in new.items() if key in old and changed_fields(old[key], item)]
    # A key or a check that says something else under its old name is another one.
    remade = [(before, after) for before, after in altered if not before.HOLDS_ROWS]
    yield from (Drop(object=item) for item in (*gone, *(before for before, _ in remade)))
    for before, after in ((old[one], new[other]) for one, other in renamed.items()):
        yield Rename(before=before, after=after)
        if changed_fields(before, after):
            yield Alter(before=before, after=after)
    yield from (Alter(before=before, after=after) for before, after in altered if before.HOLDS_ROWS)
    yield from (Create(object=item) for item in (*came, *(after for _, after in remade)))


def _key(ref: Ref, rebuild: Rebuild) -> tuple[str, str]:
    return ref.kind, rebuild.fold(ref.name)


def _renamed_columns(
    rebuild: Rebuild, old: dict[tuple[str, str], SchemaObject], new: dict[tuple[str, str], SchemaObject]
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Columns whose values the copy carries over into a column of another name."""
    for action in rebuild.copy:
        if action.kind == "copy column" and action.detail is not None:
            before, after = ("column", rebuild.fold(action.detail)), ("column", rebuild.fold(action.columns[0]))
            if before in old and before not in new and after in new and after not in old:
                yield before, after


def _builds(rebuild: Rebuild, changes: Iterable[Change]) -> Iterator[IndexBuild]:
    """The indexes of new keys: the copied rows had to fit them."""
    for change in changes:
        if isinstance(change, Create) and isinstance(change.object, PrimaryKey | UniqueConstraint):
            ref = change.object.ref
            index = Ref("index", ref.schema, ref.parent, ref.name)
            yield IndexBuild(ref=index, table=rebuild.table, evidence=(_evidence(rebuild),))


def _evidence(rebuild: Rebuild) -> Evidence:
    detail = (
        f"statement {rebuild.copied + 1} of the file copied the rows of {rebuild.table.label()}, "
        f"and statement {rebuild.dropped + 1} dropped the old table"
    )
    return Evidence(source="the file's statements", detail=detail)
