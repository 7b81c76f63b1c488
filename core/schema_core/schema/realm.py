"""The state of a database as one flat, ordered map."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from typing import TypeVar

from schema_core.schema.objects import SchemaObject
from schema_core.schema.ref import Ref

AnyObject = TypeVar("AnyObject", bound=SchemaObject)

_MOST_CHANGED = 256
"""Differences that a realm carries before it gets a ground of its own."""


class Realm(Mapping[Ref, SchemaObject]):
    """An immutable, ordered map from ``Ref`` to object; equal when both hold equal objects, whatever the order.

    A realm that ``replaced`` made shares the objects of the one that it came from and holds only what differs, so that
    the states around thousands of statements cost what the statements change and not what the database holds.
    """

    __slots__ = ("_changed", "_ground", "_length")

    def __init__(self, objects: Iterable[SchemaObject] = ()) -> None:
        self._ground = _Ground({item.ref: item for item in objects})
        self._changed: dict[Ref, SchemaObject | None] = {}
        self._length = len(self._ground.objects)

    def __getitem__(self, ref: Ref) -> SchemaObject:
        item = self._changed[ref] if ref in self._changed else self._ground.objects[ref]
        if item is None:
            raise KeyError(ref)
        return item

    def __iter__(self) -> Iterator[Ref]:
        if not self._changed:
            return iter(self._ground.objects)
        return (item.ref for item in self._present(self._ground.objects.values()))

    def __len__(self) -> int:
        return self._length

    def values(self) -> ValuesView[SchemaObject]:
        """The objects in order."""
        return super().values() if self._changed else self._ground.objects.values()

    def items(self) -> ItemsView[Ref, SchemaObject]:
        """The objects in order, each with its name."""
        return super().items() if self._changed else self._ground.objects.items()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Realm):
            return NotImplemented
        if self._ground is other._ground and self._changed == other._changed:
            return True
        return len(self) == len(other) and all(other.get(item.ref) == item for item in self.values())

    __hash__ = None  # type: ignore[assignment]

    def of(self, kind: type[AnyObject]) -> Iterator[AnyObject]:
        """All objects of a class, subclasses included, in order within each class."""
        return (item for item in self._present(self._ground.of(kind)) if isinstance(item, kind))

    def children(self, owner: Ref) -> tuple[SchemaObject, ...]:
        """The objects that belong to ``owner`` (its columns, indexes and constraints), in order."""
        family = (owner.schema, owner.name)
        known = self._ground.children(family)
        if not self._changed:
            return tuple(known)
        return tuple(item for item in self._present(known) if (item.ref.schema, item.ref.parent) == family)

    def replaced(self, removed: Iterable[Ref], added: Iterable[SchemaObject]) -> Realm:
        """A copy without ``removed`` and with ``added``, which take the place of their namesakes."""
        changed = {**self._changed, **dict.fromkeys(removed)}
        changed.update((item.ref, item) for item in added)
        if len(changed) > max(_MOST_CHANGED, len(self._ground.objects) // 4):
            ground = self._ground.objects | changed
            return Realm(item for item in ground.values() if item is not None)
        return _Replaced(self._ground, changed)

    def _present(self, known: Iterable[SchemaObject]) -> Iterator[SchemaObject]:
        """Objects of the ground as they are now, then those that came since."""
        changed = self._changed
        if not changed:
            yield from known
            return
        for item in known:
            present = changed.get(item.ref, item)
            if present is not None:
                yield present
        for ref, new in changed.items():
            if new is not None and ref not in self._ground.objects:
                yield new


class _Replaced(Realm):
    """A realm on somebody else's ground: ``changed`` maps what differs to what it is now, None for what is gone."""

    __slots__ = ()

    def __init__(self, ground: _Ground, changed: dict[Ref, SchemaObject | None]) -> None:
        self._ground = ground
        self._changed = changed
        self._length = len(ground.objects) + sum(
            (item is not None) - (ref in ground.objects) for ref, item in changed.items()
        )


class _Ground:
    """The objects that several realms share, with the indexes that were asked for."""

    def __init__(self, objects: dict[Ref, SchemaObject]) -> None:
        self.objects = objects
        self._by_class: dict[type[SchemaObject], list[SchemaObject]] | None = None
        self._by_family: dict[tuple[str | None, str], list[SchemaObject]] | None = None

    def of(self, kind: type[SchemaObject]) -> Iterator[SchemaObject]:
        if self._by_class is None:
            self._by_class = {}
            for item in self.objects.values():
                self._by_class.setdefault(type(item), []).append(item)
        for found, items in self._by_class.items():
            if issubclass(found, kind):
                yield from items

    def children(self, family: tuple[str | None, str]) -> list[SchemaObject]:
        if self._by_family is None:
            self._by_family = {}
            # A table's own objects stand together, so most of them go where the one before went.
            schema = parent = None
            members: list[SchemaObject] = []
            for item in self.objects.values():
                ref = item.ref
                if ref.parent is None:
                    continue
                if ref.parent != parent or ref.schema != schema:
                    schema, parent = ref.schema, ref.parent
                    members = self._by_family.setdefault((schema, parent), [])
                members.append(item)
        return self._by_family.get(family, [])
