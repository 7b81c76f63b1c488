"""Compare two sets of objects of one database by the engine's identities: exact, renames included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schema_core.schema.changes import Alter, Change, Create, Drop, Rename, changed_fields
from schema_core.schema.objects import Column, SchemaObject
from schema_core.schema.ref import Ref


def compare_by_identity(
    before: Iterable[SchemaObject],
    after: Iterable[SchemaObject],
    identities_before: Mapping[Ref, str],
    identities_after: Mapping[Ref, str],
) -> tuple[Change, ...]:
    """What changed between two inspections of the same objects of one database.

    An object that kept its identity and has another name or schema is a ``Rename``, and an ``Alter`` follows when its
    fields changed as well; an object whose owner alone was renamed is compared by its fields only. An index or
    constraint that was made anew under its old name is compared by its fields too when an engine does that on its own,
    which is when it came back as it was or when a column changed its type; one that came back with another meaning is
    a drop and a create. Drops come first, then renames and alterations, then creations, each in the order of the
    inspection.
    """
    old = {identities_before[item.ref]: item for item in before}
    new = {identities_after[item.ref]: item for item in after}
    old, new = _matched(old, new)
    drops = [Drop(object=item) for key, item in old.items() if key not in new or type(new[key]) is not type(item)]
    kept: list[Change] = []
    creates: list[Change] = []
    for key, item in new.items():
        previous = old.get(key)
        if previous is None or type(previous) is not type(item):
            creates.append(Create(object=item))
            continue
        if _renamed(previous.ref, item.ref):
            kept.append(Rename(before=previous, after=item))
        if changed_fields(previous, item):
            kept.append(Alter(before=previous, after=item))
    return (*drops, *kept, *creates)


def _matched(
    old: dict[str, SchemaObject], new: dict[str, SchemaObject]
) -> tuple[dict[str, SchemaObject], dict[str, SchemaObject]]:
    """Give objects that the engine made anew under their old names one identity; none of them holds rows."""
    gone = {item.ref: key for key, item in old.items() if key not in new and not item.HOLDS_ROWS}
    in_passing = any(_is_retyped(old.get(key), item) for key, item in new.items())
    renamed = {
        gone[item.ref]: key
        for key, item in new.items()
        if key not in old and item.ref in gone and (in_passing or not changed_fields(old[gone[item.ref]], item))
    }
    return {renamed.get(key, key): item for key, item in old.items()}, new


def _is_retyped(before: SchemaObject | None, after: SchemaObject) -> bool:
    """Whether a column stores or sorts its values in another way, for which engines rebuild what depends on it."""
    if not isinstance(before, Column) or not isinstance(after, Column):
        return False
    return not {"type", "collation", "generated"}.isdisjoint(changed_fields(before, after))


def _renamed(before: Ref, after: Ref) -> bool:
    if before.parent is not None:
        return before.name != after.name
    return (before.schema, before.name) != (after.schema, after.name)
