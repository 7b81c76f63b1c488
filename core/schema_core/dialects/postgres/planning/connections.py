"""What the objects of one state need, and what depends on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

import msgspec

from schema_core.dialects.postgres.needs import stated
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.protocol import Inspection
from schema_core.schema.objects import ForeignKey, PrimaryKey, SchemaObject, Sequence, UniqueConstraint
from schema_core.schema.ref import Ref


class Connections:
    """The dependencies of one state; what is asked for costs, the rest does not."""

    def __init__(self, inspection: Inspection) -> None:
        """Take a state."""
        self.inspection = inspection
        self.realm = inspection.realm

    def owner(self, ref: Ref) -> Ref | None:
        """The table or materialized view that a column, index or constraint belongs to."""
        if ref.parent is None:
            return None
        table = Ref("table", ref.schema, None, ref.parent)
        return table if table in self.realm else Ref("materialized view", ref.schema, None, ref.parent)

    def needs(self, ref: Ref) -> set[Ref]:
        """What an object cannot be there without: one level, what belongs to a table not included."""
        found = {*self.inspection.needs.get(ref, ()), *self.inspection.uses.get(ref, ())}
        item = self.realm.get(ref)
        if item is None:
            return found
        if isinstance(item, PostgresIndex) and item.parent_index is not None:
            # Which it is part of only once it is attached.
            item = msgspec.structs.replace(item, parent_index=None)
        if not isinstance(item, Sequence):
            found.update(stated(item))
        owner = self.owner(ref)
        if owner is not None:
            found.add(owner)
        if isinstance(item, ForeignKey):
            found.update(
                Ref("column", item.references.schema, item.references.name, name) for name in item.referenced_columns
            )
            found.update(one.ref for one in self.keys_behind(item))
            if item.references != owner:
                found.update(self._tree(item.references))
        found.discard(ref)
        return found

    def needs_of_family(self, owner: Ref) -> set[Ref]:
        """What a table or materialized view and all that belongs to it need of others, foreign keys left aside."""
        found = self.needs(owner)
        for item in self.realm.children(owner):
            if not isinstance(item, ForeignKey):
                found |= self.needs(item.ref)
        return {ref for ref in found if ref != owner and (ref.schema, ref.parent) != (owner.schema, owner.name)}

    def _tree(self, table: Ref) -> Iterable[Ref]:
        """The partitions of a table and theirs: the server keeps a key to them for each key to the whole."""
        for part in self.children_of(table):
            item = self.realm.get(part)
            if isinstance(item, PostgresTable) and item.bound is not None:
                yield part
                yield from self._tree(part)

    def keys_behind(self, key: ForeignKey) -> Iterable[SchemaObject]:
        """The keys of the referenced table that a foreign key may rest on."""
        wanted = set(key.referenced_columns)
        return (item for item in self.realm.children(key.references) if _unique_columns(item) == wanted)

    def dependents(self, ref: Ref) -> tuple[Ref, ...]:
        """What needs an object, modelled or not: one level, what belongs to a table not included."""
        found = dict.fromkeys(self._inverse.get(ref, ()))
        item = self.realm.get(ref)
        if item is not None and ref.parent is not None:
            columns = {ref.name} if ref.kind == "column" else _unique_columns(item)
            referenced = Ref("table", ref.schema, None, ref.parent)
            for key in self._referencing.get(referenced, ()):
                if (ref.kind == "column" and ref.name in key.referenced_columns) or set(
                    key.referenced_columns
                ) == columns:
                    found[key.ref] = None
            if ref.kind == "column":
                found.update(dict.fromkeys(self._users_in_table(ref, referenced)))
        for key in self._referencing.get(ref, ()):
            found[key.ref] = None
        return tuple(found)

    def children_of(self, table: Ref) -> tuple[Ref, ...]:
        """Partitions of a table and tables that inherit from it."""
        return tuple(self._heirs.get(table, ()))

    def _users_in_table(self, column: Ref, owner: Ref) -> Iterable[Ref]:
        """Keys and indexes of the column's own table that hold it."""
        for item in self.realm.children(owner):
            if isinstance(item, PrimaryKey | UniqueConstraint | ForeignKey):
                if column.name in item.columns:
                    yield item.ref
            elif isinstance(item, PostgresIndex) and (
                column.name in item.include or any(part.column == column.name for part in item.parts)
            ):
                yield item.ref

    @cached_property
    def _inverse(self) -> dict[Ref, list[Ref]]:
        inverse: defaultdict[Ref, list[Ref]] = defaultdict(list)
        for mapping in (self.inspection.needs, self.inspection.uses):
            for dependent, needs in mapping.items():
                for need in needs:
                    inverse[need].append(dependent)
        return inverse

    @cached_property
    def _referencing(self) -> dict[Ref, list[ForeignKey]]:
        keys: defaultdict[Ref, list[ForeignKey]] = defaultdict(list)
        for key in self.realm.of(ForeignKey):
            keys[key.references].append(key)
        return keys

    @cached_property
    def _heirs(self) -> dict[Ref, list[Ref]]:
        heirs: defaultdict[Ref, list[Ref]] = defaultdict(list)
        for table in self.realm.of(PostgresTable):
            for parent in table.parents:
                heirs[parent].append(table.ref)
        return heirs


def _unique_columns(item: SchemaObject) -> set[str | None]:
    if isinstance(item, PrimaryKey | UniqueConstraint):
        return {*item.columns}
    if isinstance(item, PostgresIndex) and item.unique:
        return {part.column for part in item.parts}
    return set()
