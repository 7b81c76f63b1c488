"""What one state of a database has that another has not."""

from __future__ import annotations

import msgspec

from schema_core.schema.objects import SchemaObject
from schema_core.schema.ref import Ref


class Create(msgspec.Struct, frozen=True, kw_only=True, tag="create", tag_field="change"):
    """An object that came to be."""

    object: SchemaObject

    @property
    def ref(self) -> Ref:
        """The new object's name."""
        return self.object.ref


class Drop(msgspec.Struct, frozen=True, kw_only=True, tag="drop", tag_field="change"):
    """An object that is gone."""

    object: SchemaObject

    @property
    def ref(self) -> Ref:
        """The dropped object's name."""
        return self.object.ref


class Alter(msgspec.Struct, frozen=True, kw_only=True, tag="alter", tag_field="change"):
    """An object that kept its name and changed."""

    before: SchemaObject
    after: SchemaObject

    @property
    def ref(self) -> Ref:
        """The object's name."""
        return self.after.ref

    def fields(self) -> tuple[str, ...]:
        """The names of the fields that differ, in the class's order."""
        return changed_fields(self.before, self.after)


class Rename(msgspec.Struct, frozen=True, kw_only=True, tag="rename", tag_field="change"):
    """An object whose own name changed (its other fields may have changed as well)."""

    before: SchemaObject
    after: SchemaObject

    @property
    def ref(self) -> Ref:
        """The object's new name."""
        return self.after.ref


Change = Create | Drop | Alter | Rename


def changed_fields(before: SchemaObject, after: SchemaObject) -> tuple[str, ...]:
    """Names of the compared fields that differ between two objects of one class, the name itself left out."""
    skipped = before.NOT_COMPARED | {"ref"}
    return tuple(
        name
        for name in before.__struct_fields__
        if name not in skipped
        and getattr(before, name) != (other := getattr(after, name, None))
        and not (name in before.CASELESS and _same_but_for_case(getattr(before, name), other))
    )


def _same_but_for_case(one: object, other: object) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one.lower() == other.lower()
