"""Builds objects from rows of the catalog and the SQL text in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from schema_core.dialects.protocol import ExecutionError
from schema_core.dialects.sqlite.catalog import SCHEMA, Entry
from schema_core.dialects.sqlite.create_table import WrittenTable, read_table
from schema_core.dialects.sqlite.objects import (
    check_constraint,
    column,
    foreign_key,
    index,
    primary_key,
    table,
    trigger,
    unique_constraint,
    view,
)
from schema_core.schema.objects import SchemaObject, Unmodelled
from schema_core.schema.ref import Ref

_NAMED_ONLY = {"virtual": "virtual table", "shadow": "shadow table"}


class Names:
    """The tables of a database and their primary keys, under their names in lower case, as SQLite compares them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = entries
        self._written: dict[str, WrittenTable] = {}

    @cached_property
    def _tables(self) -> dict[str, Entry]:
        return {entry.name.lower(): entry for entry in self._entries if entry.type == "table"}

    def table(self, name: str) -> Ref:
        """The table that a name means, as it is spelled where it was created; the name itself where there is none."""
        entry = self._tables.get(name.lower())
        return Ref("table", SCHEMA, None, name if entry is None else entry.name)

    def key(self, name: str) -> tuple[str, ...]:
        """The columns of a table's primary key; none where there is none."""
        entry = self._tables.get(name.lower())
        key = primary_key.read(self.table(name), self.written(entry)) if entry is not None else None
        return key.columns if key is not None else ()

    def written(self, entry: Entry) -> WrittenTable:
        """A table's definition, read once."""
        if entry.name not in self._written:
            self._written[entry.name] = read_table(entry.sql)
        return self._written[entry.name]


def unmodelled(entries: Iterable[Entry], kinds: Mapping[str, str]) -> tuple[Unmodelled, ...]:
    """Virtual tables and the tables in which they keep their data."""
    named = ((entry, _NAMED_ONLY.get(kinds.get(entry.name, ""))) for entry in entries if entry.type == "table")
    return tuple(Unmodelled(ref=Ref(kind, SCHEMA, None, entry.name)) for entry, kind in named if kind is not None)


def build_table(entry: Entry, listed: Sequence[str], names: Names) -> list[SchemaObject]:
    """A table with its columns and constraints.

    Raises ExecutionError when we read other columns in its text than SQLite does: nothing is said about a table that is
    only half understood.
    """
    written = names.written(entry)
    read = [written_column.name for written_column in written.columns]
    if read != list(listed):
        raise ExecutionError(
            f"the definition of table {entry.name!r} cannot be read: SQLite lists the columns {', '.join(listed)}, "
            f"and its text was understood as {', '.join(read) or 'none'}"
        )
    ref = Ref("table", SCHEMA, None, entry.name)
    objects: list[SchemaObject] = [table.read(ref, written)]
    objects += [column.read(ref, position, each) for position, each in enumerate(written.columns, 1)]
    objects += _apart(_constraints(ref, written, names))
    return objects


def _constraints(ref: Ref, written: WrittenTable, names: Names) -> Iterator[SchemaObject]:
    if (key := primary_key.read(ref, written)) is not None:
        yield key
    yield from unique_constraint.read(ref, written)
    yield from check_constraint.read(ref, written)
    yield from foreign_key.read(ref, written, names.table, names.key)


def _apart(objects: Iterable[SchemaObject]) -> Iterator[SchemaObject]:
    """Namesakes get a number: SQLite does not insist on different names, and what has none is called after its text."""
    counts: dict[Ref, int] = {}
    for item in objects:
        number = counts[item.ref] = counts.get(item.ref, 0) + 1
        if number > 1:
            yield msgspec.structs.replace(
                item, ref=msgspec.structs.replace(item.ref, name=f"{item.ref.name} #{number}")
            )
        else:
            yield item


def build_index(entry: Entry) -> SchemaObject:
    """An index."""
    return index.read(Ref("index", SCHEMA, entry.table, entry.name), entry.sql)


def build_view(entry: Entry) -> SchemaObject:
    """A view."""
    return view.read(Ref("view", SCHEMA, None, entry.name), entry.sql)


def build_trigger(entry: Entry) -> SchemaObject:
    """A trigger of a table or a view."""
    return trigger.read(Ref("trigger", SCHEMA, entry.table, entry.name), entry.sql)
