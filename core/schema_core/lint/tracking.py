"""What the change set itself has created: nobody uses it yet, so nothing done to it hurts anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from schema_core.schema.changes import Change, Create, Drop, Rename
from schema_core.schema.objects import Schema, Table
from schema_core.schema.ref import Ref


class NewObjects:
    """The objects that the change set has created and not dropped again, under their present names."""

    def __init__(self, refs: Iterable[Ref] = (), fold: Callable[[str], str] = str) -> None:
        """Begin with some objects; ``fold`` gives a name as the engine compares it."""
        self._refs: set[Ref] = set(refs)
        self._fold = fold
        self._dropped: set[tuple[str | None, str]] = set()
        """Tables in use that are gone: what takes their name is in use under it."""
        self._aside: dict[Ref, Ref] = {}
        """Tables in use that have another name now, and the one that they had."""

    def present(self) -> frozenset[Ref]:
        """The new objects that exist now."""
        return frozenset(self._refs)

    def follow(self, changes: Iterable[Change]) -> None:
        """Take in the changes of one statement."""
        for change in changes:
            match change:
                case Create(object=item):
                    self._refs.add(item.ref)
                case Drop(object=item):
                    self._drop(item.ref)
                case Rename(before=before, after=after):
                    self._rename(before.ref, after.ref)
                case _:
                    pass

    def _drop(self, ref: Ref) -> None:
        if ref.kind == Table.KIND and ref not in self._refs:
            self._dropped.add((ref.schema, self._fold(ref.name)))
            if ref in self._aside:
                # Its successor has the name that everybody knows.
                self._forget(self._aside.pop(ref))
        self._refs.discard(ref)

    def _forget(self, table: Ref) -> None:
        """A table is not new any more, nor is what belongs to it."""
        self._refs = {
            ref for ref in self._refs if ref != table and (ref.schema, ref.parent) != (table.schema, table.name)
        }

    def _rename(self, before: Ref, after: Ref) -> None:
        """Rename an object; what belongs to it moves along when it is a table or a schema."""
        if before.kind == Schema.KIND:
            self._refs = {
                msgspec.structs.replace(ref, schema=after.name) if ref.schema == before.name else ref
                for ref in self._refs
            }
        if before in self._refs:
            self._refs.discard(before)
            self._refs.add(after)
        elif before.kind == Table.KIND:
            self._aside[after] = self._aside.pop(before, before)
        if before.parent is not None:
            return
        for ref in [ref for ref in self._refs if (ref.schema, ref.parent) == (before.schema, before.name)]:
            self._refs.discard(ref)
            self._refs.add(msgspec.structs.replace(ref, schema=after.schema, parent=after.name))
        if (after.schema, self._fold(after.name)) in self._dropped:
            self._forget(after)
