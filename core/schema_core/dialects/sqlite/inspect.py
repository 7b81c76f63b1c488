"""Inspection: the catalog in, a state out."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from schema_core.dialects.protocol import Inspection, Scope
from schema_core.dialects.scope import select
from schema_core.dialects.sqlite.catalog import SCHEMA, Catalog, Entry, read_catalog, read_columns
from schema_core.dialects.sqlite.realm_builder import (
    Names,
    build_index,
    build_table,
    build_trigger,
    build_view,
    unmodelled,
)
from schema_core.schema.objects import Schema, SchemaObject, Unmodelled
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

SCHEMA_OBJECT = Schema(ref=Ref("schema", None, None, SCHEMA))


def inspect_all(connection: sqlite3.Connection, scope: Scope) -> Inspection:
    """The whole state, then what of it was asked for."""
    connection.execute("begin")
    try:
        catalog = read_catalog(connection)
        columns = read_columns(connection)
    finally:
        connection.execute("rollback")
    return select(inspection_of(catalog, columns), scope, None)


def inspection_of(catalog: Catalog, columns: Mapping[str, Sequence[str]]) -> Inspection:
    """The state that rows of the catalog describe."""
    entries = catalog.modelled()
    objects = objects_of(entries, columns, Names(entries))
    realm = Realm([SCHEMA_OBJECT, *objects])
    needs = {item.ref: (_owner(item.ref, realm),) for item in objects if item.ref.kind == "trigger"}
    return Inspection(
        realm=realm,
        unmodelled=unmodelled_of(catalog),
        identities={ref: f"{ref.kind}:{ref.label()}" for ref in realm},
        needs=needs,
    )


def unmodelled_of(catalog: Catalog) -> tuple[Unmodelled, ...]:
    """What is named only."""
    return unmodelled(catalog.entries.values(), catalog.kinds)


def objects_of(entries: Sequence[Entry], columns: Mapping[str, Sequence[str]], names: Names) -> list[SchemaObject]:
    """Tables with all that belongs to them, then views with their triggers."""
    belongings: dict[str, list[SchemaObject]] = {}
    for entry in entries:
        if entry.type == "index":
            belongings.setdefault(entry.table.lower(), []).append(build_index(entry))
    for entry in entries:
        if entry.type == "trigger":
            belongings.setdefault(entry.table.lower(), []).append(build_trigger(entry))
    objects: list[SchemaObject] = []
    for entry in entries:
        if entry.type == "table":
            objects += build_table(entry, columns.get(entry.name, ()), names)
            objects += belongings.pop(entry.name.lower(), [])
    for entry in entries:
        if entry.type == "view":
            objects += [build_view(entry), *belongings.pop(entry.name.lower(), [])]
    return [*objects, *(item for rest in belongings.values() for item in rest)]


def _owner(trigger: Ref, realm: Realm) -> Ref:
    view = Ref("view", trigger.schema, None, trigger.parent or "")
    return view if view in realm else Ref("table", trigger.schema, None, trigger.parent or "")
