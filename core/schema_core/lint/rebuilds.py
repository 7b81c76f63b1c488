"""Tables that a file makes anew because its engine cannot alter them: one ALTER, written as four statements.

A new table is created, the rows are copied, the old table is dropped, and the new one takes its name. Or the old one is
renamed out of the way first. Either is found by what was seen, not by names: rows of a table in use were read into a
table of the same file, and that one stands under the old name at the end.

Judged one by one the statements would drop a table and create one. So the rules see them as what they are: the
statements in between do nothing to the table, and the last one makes all the changes, a rewrite among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from schema_core.lint.context import ObservedStatement
from schema_core.lint.watch import Step
from schema_core.schema.changes import Alter, Change, Create, Drop, Rename, changed_fields
from schema_core.schema.objects import Column, PrimaryKey, SchemaObject, Table, UniqueConstraint
from schema_core.schema.observations import Evidence, IndexBuild, Rewrite
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

_KEPT_APART = ("index", "trigger")
"""What goes with the old table and is made again by statements of its own, if at all."""


class Rebuild(msgspec.Struct, frozen=True, kw_only=True):
    """A table that was made anew; the numbers are places of statements in the file.

    ``aside`` is the name that the old table got when it was renamed first, None otherwise. ``begun`` is the first
    statement that touched the old table. ``inserts`` are the actions of the copy, about the table's own name.
    """

    table: Ref
    aside: Ref | None
    created: int
    copied: int
    dropped: int
    begun: int
    finished: int
    before: tuple[SchemaObject, ...]
    after: tuple[SchemaObject, ...]
    inserts: tuple[Action, ...]

    def filtered(self) -> bool:
        """Whether the copy may have left rows out."""
        return any(action.kind == "insert" and action.has("filtered") for action in self.inserts)

    def left_out(self) -> tuple[Column, ...]:
        """Columns that both tables have and that the copy does not carry over, as far as it lists them."""
        carried = {name for action in self.inserts for name in action.columns}
        if not any(action.kind == "insert" and action.columns for action in self.inserts):
            return ()
        names = {item.ref.name for item in self.before if isinstance(item, Column)}
        return tuple(
            item
            for item in self.after
            if isinstance(item, Column) and item.ref.name in names - carried and item.generated is None
        )


def find_rebuilds(steps: Sequence[Step]) -> tuple[Rebuild, ...]:
    """The tables in use that the file makes anew, in the order in which they are finished."""
    found = []
    for number, step in enumerate(steps):
        for table in _of_kind(Drop, step):
            rebuild = _new_first(steps, number, table) or _old_aside(steps, number, table)
            if rebuild is not None:
                found.append(rebuild)
    return tuple(sorted(found, key=lambda rebuild: rebuild.finished))


def folded(steps: Sequence[Step], rebuilds: Iterable[Rebuild]) -> tuple[Step, ...]:
    """The steps as rules are to see them."""
    seen = list(steps)
    for rebuild in rebuilds:
        for number in {rebuild.created, rebuild.copied, rebuild.dropped, rebuild.begun, rebuild.finished}:
            seen[number] = _without_parts(seen[number], rebuild, number)
        last = seen[rebuild.finished]
        observation = msgspec.structs.replace(
            last.observed.observation,
            changes=(*last.observed.observation.changes, *_changes(rebuild)),
            rewrites=(*last.observed.observation.rewrites, _rewrite(rebuild)),
            index_builds=(*last.observed.observation.index_builds, *_builds(rebuild)),
        )
        start = steps[rebuild.begun]
        seen[rebuild.finished] = msgspec.structs.replace(
            last,
            observed=msgspec.structs.replace(last.observed, observation=observation),
            before=start.before,
            new=start.new,
        )
    return tuple(seen)


def _new_first(steps: Sequence[Step], dropped: int, table: Ref) -> Rebuild | None:
    """CREATE new, copy, DROP old, RENAME new TO old."""
    if table in steps[dropped].new:
        return None
    for finished in range(dropped + 1, len(steps)):
        for change in steps[finished].observed.observation.changes:
            if not (isinstance(change, Rename) and change.after.ref == table):
                continue
            made = change.before.ref
            created = _created(steps, made, dropped)
            copied = _copied(steps, range(created + 1, dropped), table, made) if created is not None else None
            if created is None or copied is None:
                return None
            return Rebuild(
                table=table,
                aside=None,
                created=created,
                copied=copied,
                dropped=dropped,
                begun=dropped,
                finished=finished,
                before=_family(steps[dropped].before, table),
                after=_family(steps[finished].after, table),
                inserts=_inserts(steps[copied], table, made),
            )
    return None


def _old_aside(steps: Sequence[Step], dropped: int, aside: Ref) -> Rebuild | None:
    """RENAME old TO other, CREATE new, copy, DROP other."""
    for begun in range(dropped - 1, -1, -1):
        for change in steps[begun].observed.observation.changes:
            if not (isinstance(change, Rename) and change.after.ref == aside) or change.before.ref in steps[begun].new:
                continue
            table = change.before.ref
            created = _created(steps, table, dropped, begun)
            copied = _copied(steps, range(created + 1, dropped), aside, table) if created is not None else None
            if created is None or copied is None:
                return None
            return Rebuild(
                table=table,
                aside=aside,
                created=created,
                copied=copied,
                dropped=dropped,
                begun=begun,
                finished=dropped,
                before=_family(steps[begun].before, table),
                after=_family(steps[dropped].after, table),
                inserts=_inserts(steps[copied], table, table),
            )
    return None


def _created(steps: Sequence[Step], table: Ref, before: int, after: int = -1) -> int | None:
    numbers = (number for number in range(before - 1, after, -1) if table in set(_of_kind(Create, steps[number])))
    return next(numbers, None)


def _copied(steps: Sequence[Step], where: range, source: Ref, target: Ref) -> int | None:
    """The statement that read all rows of one table and inserted into the other."""
    for number in where:
        step = steps[number].observed
        read = any(scan.ref == source for scan in step.observation.scans)
        if read and any(action.kind == "insert" and _names(action, target) for action in step.statement.actions):
            return number
    return None


def _names(action: Action, table: Ref) -> bool:
    return action.table is not None and action.table.name.lower() == table.name.lower()


def _inserts(step: Step, table: Ref, made: Ref) -> tuple[Action, ...]:
    return tuple(
        msgspec.structs.replace(action, table=table)
        for action in step.observed.statement.actions
        if _names(action, made)
    )


def _of_kind(kind: type[Create | Drop], step: Step) -> Iterator[Ref]:
    """The tables that a step created or dropped."""
    for change in step.observed.observation.changes:
        if isinstance(change, kind) and isinstance(change.object, Table):
            yield change.object.ref


def _family(realm: Realm, table: Ref) -> tuple[SchemaObject, ...]:
    found = realm.get(table)
    return (*((found,) if found is not None else ()), *realm.children(table))


def _without_parts(step: Step, rebuild: Rebuild, number: int) -> Step:
    """A step without what it did as a part of the rebuild."""
    seen = step.observed.observation
    kept = tuple(change for change in seen.changes if not _is_part(change, rebuild, number))
    scans = seen.scans
    statement = step.observed.statement
    if number == rebuild.copied:
        scans = tuple(
            msgspec.structs.replace(scan, purpose="copy") if scan.ref in (rebuild.table, rebuild.aside) else scan
            for scan in scans
        )
        statement = msgspec.structs.replace(statement, actions=rebuild.inserts)
    observation = msgspec.structs.replace(seen, changes=kept, scans=scans)
    return msgspec.structs.replace(step, observed=ObservedStatement(statement=statement, observation=observation))


def _is_part(change: Change, rebuild: Rebuild, number: int) -> bool:
    old = rebuild.aside or rebuild.table
    match change:
        case Drop(object=item):
            return number == rebuild.dropped and _belongs(item.ref, old) and item.ref.kind not in _KEPT_APART
        case Rename(before=before, after=after):
            names = (rebuild.table, rebuild.aside)
            return number in (rebuild.begun, rebuild.finished) and (after.ref in names or before.ref in names)
        case Create(object=item):
            return rebuild.aside is not None and number == rebuild.created and _belongs(item.ref, rebuild.table)
        case _:
            return False


def _belongs(ref: Ref, table: Ref) -> bool:
    return ref.schema == table.schema and table.name in ((ref.parent,) if ref.parent is not None else (ref.name,))


def _changes(rebuild: Rebuild) -> Iterator[Change]:
    """What the new table has that the old one had not: drops, then renames and alterations, then creations."""
    old = {_key(item.ref): item for item in rebuild.before if item.ref.kind not in _KEPT_APART}
    new = {_key(item.ref): item for item in rebuild.after if item.ref.kind not in _KEPT_APART}
    renamed = dict(_renamed_columns(rebuild, old, new))
    gone = [item for key, item in old.items() if key not in new and item.ref not in renamed]
    came = [item for key, item in new.items() if key not in old and item.ref not in renamed.values()]
    altered = [(old[key], item) for key, item in new.items() if key in old and changed_fields(old[key], item)]
    remade = [(before, after) for before, after in altered if not before.HOLDS_ROWS]
    yield from (Drop(object=item) for item in (*gone, *(before for before, _ in remade)))
    for before, after in renamed.items():
        pair = (old[_key(before)], new[_key(after)])
        yield Rename(before=pair[0], after=pair[1])
        if changed_fields(*pair):
            yield Alter(before=pair[0], after=pair[1])
    yield from (Alter(before=before, after=after) for before, after in altered if before.HOLDS_ROWS)
    yield from (Create(object=item) for item in (*came, *(after for _, after in remade)))


def _key(ref: Ref) -> tuple[str, str]:
    return ref.kind, ref.name


def _renamed_columns(
    rebuild: Rebuild, old: dict[tuple[str, str], SchemaObject], new: dict[tuple[str, str], SchemaObject]
) -> Iterator[tuple[Ref, Ref]]:
    """Columns whose values the copy carries over into a column of another name."""
    for action in rebuild.inserts:
        if action.kind == "copy column" and action.detail is not None:
            before, after = old.get(("column", action.detail)), new.get(("column", action.columns[0]))
            if before is not None and after is not None and _key(before.ref) not in new and _key(after.ref) not in old:
                yield before.ref, after.ref


def _evidence(rebuild: Rebuild) -> Evidence:
    detail = (
        f"statement {rebuild.copied + 1} of the file copied the rows of {rebuild.table.label()}, "
        f"and statement {rebuild.dropped + 1} dropped the old table"
    )
    return Evidence(source="the file's statements", detail=detail)


def _rewrite(rebuild: Rebuild) -> Rewrite:
    return Rewrite(ref=rebuild.table, evidence=(_evidence(rebuild),))


def _builds(rebuild: Rebuild) -> Iterator[IndexBuild]:
    """The indexes of new keys: the copied rows had to fit them."""
    for change in _changes(rebuild):
        if isinstance(change, Create) and isinstance(change.object, PrimaryKey | UniqueConstraint):
            ref = change.object.ref
            index = Ref("index", ref.schema, ref.parent, ref.name)
            yield IndexBuild(ref=index, table=rebuild.table, evidence=(_evidence(rebuild),))
