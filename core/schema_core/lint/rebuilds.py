"""Tables that a file makes anew because its engine cannot alter them: one ALTER, written as four statements.

A new table is created, the rows are copied, the old table is dropped, and the new one takes its name. Or the old one is
renamed out of the way first. Either is found by what was seen: rows of a table in use were read into a table of the
same file, and that one stands under the old name at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from schema_core.lint.watch import Step
from schema_core.schema.changes import Create, Drop, Rename
from schema_core.schema.objects import Column, SchemaObject, Table
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

Fold = Callable[[str], str]
"""Gives a name as the engine compares it."""
_LEAVING_OUT = ("filtered", "or ignore", "or replace")
"""Options of a copy that does not take every row."""


class Rebuild(msgspec.Struct, frozen=True, kw_only=True):
    """A table that was made anew; the numbers are places of statements in the file.

    ``aside`` is the name that the old table got when it was renamed first, None otherwise. ``begun`` is the first
    statement that touched the old table. ``before`` and ``after`` are the table with all that belongs to it, both under
    its own name, and ``copy`` are the actions of the copy, as about that name.
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
    copy: tuple[Action, ...]
    fold: Fold

    def filtered(self) -> bool:
        """Whether the copy may have left rows out."""
        return any(action.has(word) for action in self.copy for word in _LEAVING_OUT)

    def left_out(self) -> tuple[Column, ...]:
        """Columns that both tables have and that the copy does not carry over, as far as it lists them."""
        if not any(action.kind == "insert" and action.columns for action in self.copy):
            return ()
        carried = {self.fold(name) for action in self.copy for name in action.columns}
        names = {self.fold(item.ref.name) for item in self.before if isinstance(item, Column)}
        return tuple(
            item
            for item in self.after
            if isinstance(item, Column) and self.fold(item.ref.name) in names - carried and item.generated is None
        )


def find_rebuilds(steps: Sequence[Step], fold: Fold) -> tuple[Rebuild, ...]:
    """The tables in use that the file makes anew, in the order in which they are finished."""
    finder = _Finder(steps, fold)
    found = []
    for number, step in enumerate(steps):
        for table in _tables(Drop, step):
            rebuild = finder.new_first(number, table) or finder.old_aside(number, table)
            if rebuild is not None:
                found.append(rebuild)
    return tuple(sorted(found, key=lambda rebuild: rebuild.finished))


class _Finder:
    """Looks around a statement that drops a table."""

    def __init__(self, steps: Sequence[Step], fold: Fold) -> None:
        self._steps = steps
        self._fold = fold

    def new_first(self, dropped: int, table: Ref) -> Rebuild | None:
        """CREATE new, copy, DROP old, RENAME new TO old."""
        if table in self._steps[dropped].new:
            return None
        for finished in range(dropped + 1, len(self._steps)):
            for made, name in self._renames(finished):
                if self._same(name, table):
                    return self._rebuild(
                        table, None, made=made, name=name, dropped=dropped, begun=dropped, finished=finished
                    )
        return None

    def old_aside(self, dropped: int, aside: Ref) -> Rebuild | None:
        """RENAME old TO other, CREATE new, copy, DROP other."""
        for begun in range(dropped - 1, -1, -1):
            for table, other in self._renames(begun):
                if other == aside and table not in self._steps[begun].new:
                    return self._rebuild(
                        table, aside, made=table, name=table, dropped=dropped, begun=begun, finished=dropped
                    )
        return None

    def _rebuild(
        self, table: Ref, aside: Ref | None, *, made: Ref, name: Ref, dropped: int, begun: int, finished: int
    ) -> Rebuild | None:
        """The rebuild of a table by one that was ``made`` and is called ``name`` at the end; None without a copy."""
        first = begun if aside is not None else -1
        for created in range(dropped - 1, first, -1):
            new = next((ref for ref in _tables(Create, self._steps[created]) if self._same(ref, made)), None)
            copied = self._copied(range(created, dropped), aside or table, new) if new is not None else None
            if copied is not None:
                return Rebuild(
                    table=table,
                    aside=aside,
                    created=created,
                    copied=copied,
                    dropped=dropped,
                    begun=begun,
                    finished=finished,
                    before=_family(self._steps[begun].before, table),
                    after=tuple(under(table, item) for item in _family(self._steps[finished].after, name)),
                    copy=tuple(self._copy_actions(copied, made, table)),
                    fold=self._fold,
                )
        return None

    def _copied(self, where: range, source: Ref, target: Ref) -> int | None:
        """The statement that read all rows of one table and put them into the other."""
        for number in where:
            if any(scan.ref == source for scan in self._steps[number].observed.observation.scans) and any(
                action.kind == "insert" or action.has("as") for action in self._copy_actions(number, target, target)
            ):
                return number
        return None

    def _copy_actions(self, number: int, made: Ref, table: Ref) -> Iterator[Action]:
        """The actions of a statement about the new table, as about the name that it will have."""
        for action in self._steps[number].observed.statement.actions:
            written = action.table or action.target
            if written is not None and self._fold(written.name) == self._fold(made.name):
                yield msgspec.structs.replace(action, table=table)

    def _renames(self, number: int) -> Iterator[tuple[Ref, Ref]]:
        for change in self._steps[number].observed.observation.changes:
            if isinstance(change, Rename) and isinstance(change.before, Table):
                yield change.before.ref, change.after.ref

    def _same(self, one: Ref, other: Ref) -> bool:
        return one.schema == other.schema and self._fold(one.name) == self._fold(other.name)


def _tables(kind: type[Create | Drop], step: Step) -> Iterator[Ref]:
    """The tables that a step created or dropped."""
    for change in step.observed.observation.changes:
        if isinstance(change, kind) and isinstance(change.object, Table):
            yield change.object.ref


def _family(realm: Realm, table: Ref) -> tuple[SchemaObject, ...]:
    found = realm.get(table)
    return (*((found,) if found is not None else ()), *realm.children(table))


def under(table: Ref, item: SchemaObject) -> SchemaObject:
    """An object under the name that its table had, in case it is spelled differently now."""
    if item.ref.parent is None:
        return msgspec.structs.replace(item, ref=table)
    return msgspec.structs.replace(item, ref=msgspec.structs.replace(item.ref, parent=table.name))
