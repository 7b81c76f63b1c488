"""Compare two states by the names of their objects: what the one has that the other has not."""

from __future__ import annotations

from collections.abc import Mapping

from schema_core.schema.changes import Alter, Change, Create, Drop, Rename, changed_fields
from schema_core.schema.objects import Extension, SchemaObject
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_SERVERS_CHOICE = frozenset({"version"})
"""The version of an extension is what its server offers, unless somebody updated it: no state asks for one."""


def compare_by_name(before: Realm, after: Realm) -> tuple[Change, ...]:
    """Drops, alterations and creations that lead from one state to the other, each in the order of its state.

    An object that holds no rows and came under another name, but is otherwise the same, is a ``Rename``. One that holds
    rows never is: whether two such objects are the same, only a person can say.
    """
    drops = [item for ref, item in before.items() if type(after.get(ref)) is not type(item)]
    alters: list[Change] = []
    creates: list[SchemaObject] = []
    for ref, item in after.items():
        previous = before.get(ref)
        if previous is item:
            continue
        if type(previous) is not type(item):
            creates.append(item)
        elif previous is not None and previous != item and _differ(previous, item):
            alters.append(Alter(before=previous, after=item))
    renames = _renames(drops, creates)
    taken = {change.before.ref for change in renames.values()}
    return (
        *(Drop(object=item) for item in drops if item.ref not in taken),
        *alters,
        *(renames.get(item.ref) or Create(object=item) for item in creates),
    )


def _differ(before: SchemaObject, after: SchemaObject) -> bool:
    fields = set(changed_fields(before, after))
    return bool(fields - _SERVERS_CHOICE if isinstance(after, Extension) else fields)


def _renames(drops: list[SchemaObject], creates: list[SchemaObject]) -> Mapping[Ref, Rename]:
    """Pairs of a dropped and a created object that differ in their names alone, by the created one's name."""
    gone: dict[tuple[type[SchemaObject], str | None, str | None], list[SchemaObject]] = {}
    for item in drops:
        if item.ref.parent is not None and not item.HOLDS_ROWS:
            gone.setdefault((type(item), item.ref.schema, item.ref.parent), []).append(item)
    found: dict[Ref, Rename] = {}
    for item in creates:
        candidates = gone.get((type(item), item.ref.schema, item.ref.parent), [])
        same = next((one for one in candidates if not changed_fields(one, item)), None)
        if same is not None:
            candidates.remove(same)
            found[item.ref] = Rename(before=same, after=item)
    return found
