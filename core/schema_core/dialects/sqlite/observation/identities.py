"""Which object is which, from one statement to the next.

SQLite's catalog has no identity that outlives a VACUUM or is never given out twice. But one statement can only rename
an object or drop it, so within a statement the number of its row in the catalog tells.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from schema_core.dialects.sqlite.catalog import Entry
from schema_core.schema.objects import Column, SchemaObject
from schema_core.schema.ref import Ref

_OWNERS = ("table", "view")


class Identities:
    """The identities of all objects that exist, by their present names."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.present: dict[Ref, str] = {}

    def follow(
        self, before: Iterable[SchemaObject], after: Iterable[SchemaObject], same: Mapping[str, str]
    ) -> tuple[dict[Ref, str], dict[Ref, str]]:
        """Take in what became of some tables and views, with all that belongs to them; the identities of both states.

        ``same`` maps the names of those that were there before to the names that they have now.
        """
        old, new = _families(before), _families(after)
        identities_before = {item.ref: self.present.pop(item.ref) for family in old.values() for item in family}
        origins = {name: former for former, name in same.items()}
        identities_after: dict[Ref, str] = {}
        for name, family in new.items():
            former = old.get(origins.get(name, ""), [])
            pairs = _pairs(former, family)
            for item in family:
                origin = pairs.get(item.ref)
                identities_after[item.ref] = (
                    f"{item.ref.kind} {next(self._numbers)}" if origin is None else identities_before[origin]
                )
        self.present.update(identities_after)
        return identities_before, identities_after


def same_after_statement(before: Mapping[int, Entry], after: Mapping[int, Entry]) -> dict[str, str]:
    """Which table or view of the catalog before one statement is which of the one after it."""
    return {
        entry.name: after[rowid].name
        for rowid, entry in before.items()
        if entry.type in _OWNERS and rowid in after and after[rowid].type == entry.type
    }


def same_after_several(before: Mapping[int, Entry], after: Mapping[int, Entry]) -> dict[str, str]:
    """The same after statements that nobody watched: what kept its name; else what kept its row and its pages."""
    names = {entry.name for entry in after.values() if entry.type in _OWNERS}
    same = {entry.name: entry.name for entry in before.values() if entry.type in _OWNERS and entry.name in names}
    for rowid, entry in before.items():
        now = after.get(rowid)
        if entry.name in same or now is None or now.name in same or entry.type not in _OWNERS:
            continue
        if (now.type, now.root) == (entry.type, entry.root):
            same[entry.name] = now.name
    return same


def _families(objects: Iterable[SchemaObject]) -> dict[str, list[SchemaObject]]:
    families: dict[str, list[SchemaObject]] = {}
    for item in objects:
        families.setdefault(item.ref.parent or item.ref.name, []).append(item)
    return families


def _pairs(before: Sequence[SchemaObject], after: Sequence[SchemaObject]) -> dict[Ref, Ref]:
    """For each object of a table or view the one that it was before."""
    pairs: dict[Ref, Ref] = {}
    for kind in dict.fromkeys(item.ref.kind for item in after):
        old = [item for item in before if item.ref.kind == kind]
        new = [item for item in after if item.ref.kind == kind]
        if kind in _OWNERS:
            pairs.update((item.ref, origin.ref) for origin, item in zip(old, new, strict=False))
            continue
        names = {item.ref.name.lower(): item for item in old}
        if kind == Column.KIND and len(old) == len(new):
            # No statement both drops and adds a column: another name in the same place is a new name.
            pairs.update((item.ref, origin.ref) for origin, item in zip(_in_place(old), _in_place(new), strict=True))
            continue
        pairs.update((item.ref, names[item.ref.name.lower()].ref) for item in new if item.ref.name.lower() in names)
        rest_old = [item for item in old if item.ref not in pairs.values()]
        rest_new = [item for item in new if item.ref not in pairs]
        if len(rest_old) == len(rest_new):
            # Constraints are called after their columns, whose names may have changed.
            pairs.update((item.ref, origin.ref) for origin, item in zip(rest_old, rest_new, strict=True))
    return pairs


def _in_place(columns: Sequence[SchemaObject]) -> list[SchemaObject]:
    return sorted(columns, key=lambda column: column.position if isinstance(column, Column) else 0)
