"""The state of a database as one flat, ordered map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar, cast

from schema_core.schema.objects import SchemaObject
from schema_core.schema.ref import Ref

AnyObject = TypeVar("AnyObject", bound=SchemaObject)


class Realm(Mapping[Ref, SchemaObject]):
    """An immutable, ordered map from ``Ref`` to object; equal when both hold equal objects, whatever the order."""

    __slots__ = ("_by_class", "_children", "_objects")

    def __init__(self, objects: Iterable[SchemaObject] = ()) -> None:
        self._objects: dict[Ref, SchemaObject] = {item.ref: item for item in objects}
        self._by_class: dict[type[SchemaObject], list[SchemaObject]] | None = None
        self._children: dict[tuple[str | None, str], list[SchemaObject]] | None = None

    def __getitem__(self, ref: Ref) -> SchemaObject:
        return self._objects[ref]

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._objects)

    def __len__(self) -> int:
        return len(self._objects)

    def __eq__(self, other: object) -> bool:
        return self._objects == other._objects if isinstance(other, Realm) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def of(self, kind: type[AnyObject]) -> Iterator[AnyObject]:
        """All objects of a class, subclasses included, in order within each class."""
        if self._by_class is None:
            self._by_class = {}
            for item in self._objects.values():
                self._by_class.setdefault(type(item), []).append(item)
        for found, items in self._by_class.items():
            if issubclass(found, kind):
                yield from cast("list[AnyObject]", items)

    def children(self, owner: Ref) -> tuple[SchemaObject, ...]:
        """The objects that belong to ``owner`` (its columns, indexes and constraints), in order."""
        if self._children is None:
            self._children = {}
            for item in self._objects.values():
                if item.ref.parent is not None:
                    self._children.setdefault((item.ref.schema, item.ref.parent), []).append(item)
        return tuple(self._children.get((owner.schema, owner.name), ()))

    def replaced(self, removed: Iterable[Ref], added: Iterable[SchemaObject]) -> Realm:
        """A copy without ``removed`` and with ``added``, which take the place of their namesakes."""
        objects = dict(self._objects)
        for ref in removed:
            objects.pop(ref, None)
        for item in added:
            objects[item.ref] = item
        return Realm(objects.values())
