"""Statements that create a realm in an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from schema_core.dialects.postgres.objects import (
    check_constraint,
    column,
    domain,
    enum,
    exclusion_constraint,
    extension,
    foreign_key,
    index,
    materialized_view,
    primary_key,
    schema,
    sequence,
    table,
    unique_constraint,
    view,
    view_column,
)
from schema_core.dialects.postgres.objects.check_constraint import PostgresCheckConstraint
from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.exclusion_constraint import ExclusionConstraint
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.materialized_view import PostgresMaterializedView
from schema_core.dialects.postgres.objects.primary_key import PostgresPrimaryKey
from schema_core.dialects.postgres.objects.sequence import PostgresSequence
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.objects.unique_constraint import PostgresUniqueConstraint
from schema_core.dialects.postgres.objects.view import PostgresView
from schema_core.dialects.postgres.quoting import literal, qualified, quote, table_of
from schema_core.schema.errors import UserError
from schema_core.schema.objects import Domain, Enum, Extension, Schema, SchemaObject
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_ON = {
    "primary key": "CONSTRAINT",
    "unique constraint": "CONSTRAINT",
    "foreign key": "CONSTRAINT",
    "check constraint": "CONSTRAINT",
    "exclusion constraint": "CONSTRAINT",
}


def render(realm: Realm) -> tuple[str, ...]:
    """The statements, without semicolons, in an order in which each finds what it needs.

    Partitions are made as tables with their own indexes and then attached, so that every name is as it was; foreign
    keys come last, so that cycles do not matter. Raises UserError for views that read each other in a circle.
    """
    return (
        *(schema.create(item) for item in realm.of(Schema)),
        *(extension.create(item) for item in realm.of(Extension)),
        *(enum.create(item) for item in realm.of(Enum)),
        # Before domains and tables, whose defaults may ask them for numbers.
        *(sequence.create(item) for item in realm.of(PostgresSequence)),
        # By identity, oldest first: a domain can only be based on one that was there before.
        *(statement for item in realm.of(Domain) for statement in domain.create(item)),
        *_tables(realm),
        *_keys(realm),
        *_views(realm),
        *(statement for item in realm.of(PostgresSequence) if (statement := sequence.own(item)) is not None),
        *(foreign_key.create(item) for item in realm.of(PostgresForeignKey)),
        *(_comment(item) for item in realm.values() if item.comment is not None),
    )


def _tables(realm: Realm) -> Iterator[str]:
    tables = {item.ref: item for item in realm.of(PostgresTable)}
    inheriting = {ref: item.parents for ref, item in tables.items() if item.bound is None}
    for ref in _ordered(inheriting, "tables that inherit"):
        yield from _table(realm, tables[ref])
    for item in tables.values():
        if item.bound is not None:
            yield from _table(realm, item)


def _table(realm: Realm, item: PostgresTable) -> Iterator[str]:
    children = realm.children(item.ref)
    columns = [child for child in children if isinstance(child, PostgresColumn)]
    checks = [child for child in children if isinstance(child, PostgresCheckConstraint)]
    yield table.create(item, columns, checks)
    yield from table.adjust(item)
    for one in columns:
        yield from column.adjust(one)
    for check in checks:
        if not check.validated and not check.inherited:
            yield check_constraint.add(check)


def _keys(realm: Realm) -> Iterator[str]:
    """Indexes and index-backed constraints of plain tables and partitions, attachments, then partitioned tables."""
    tables = {item.ref: item for item in realm.of(PostgresTable)}
    depth = {ref: _depth(ref, tables) for ref in tables}
    partitioned = [item for item in tables.values() if item.partition_by is not None]
    for item in tables.values():
        if item.partition_by is None:
            yield from _keys_of(realm, item.ref)
    for item in sorted(partitioned, key=lambda item: -depth[item.ref]):
        for child in tables.values():
            if child.bound is not None and child.parents[0] == item.ref:
                yield table.attach(child) or ""
        yield from _keys_of(realm, item.ref)
        for part in realm.of(PostgresIndex):
            parent = realm.get(part.parent_index) if part.parent_index is not None else None
            if isinstance(parent, PostgresIndex) and not parent.valid and _table_ref(parent) == item.ref:
                yield index.attach(part) or ""


def _keys_of(realm: Realm, owner: Ref) -> Iterator[str]:
    for item in realm.children(owner):
        if isinstance(item, PostgresPrimaryKey):
            yield from primary_key.create(item)
        elif isinstance(item, PostgresUniqueConstraint):
            yield from unique_constraint.create(item)
        elif isinstance(item, ExclusionConstraint):
            yield from exclusion_constraint.create(item)
        elif isinstance(item, PostgresIndex):
            yield from index.create(item)


def _views(realm: Realm) -> Iterator[str]:
    views: dict[Ref, PostgresView | PostgresMaterializedView] = {
        **{item.ref: item for item in realm.of(PostgresView)},
        **{item.ref: item for item in realm.of(PostgresMaterializedView)},
    }
    for ref in _ordered({ref: item.reads for ref, item in views.items()}, "views"):
        item = views[ref]
        if isinstance(item, PostgresView):
            yield view.create(item)
            yield from view_column.adjust(ref, item.columns)
        else:
            yield materialized_view.create(item)
            yield from view_column.adjust(ref, item.columns)
            yield from _keys_of(realm, ref)


def _ordered(needs: dict[Ref, tuple[Ref, ...]], what: str) -> Iterator[Ref]:
    """Names so that each comes after those it needs; needs outside the map are there already."""
    sorter = TopologicalSorter({ref: [need for need in wanted if need in needs] for ref, wanted in needs.items()})
    try:
        yield from sorter.static_order()
    except CycleError as error:
        names = ", ".join(ref.label() for ref in error.args[1])
        raise UserError(f"These {what} depend on each other in a circle, so no order creates them: {names}.") from error


def _depth(ref: Ref, tables: dict[Ref, PostgresTable]) -> int:
    depth = 0
    item = tables.get(ref)
    while item is not None and item.bound is not None:
        depth += 1
        item = tables.get(item.parents[0])
    return depth


def _table_ref(item: PostgresIndex) -> Ref:
    return Ref("table", item.ref.schema, None, item.ref.parent or "")


def _comment(item: SchemaObject) -> str:
    ref = item.ref
    text = literal(item.comment or "")
    if ref.kind in _ON:
        return f"COMMENT ON CONSTRAINT {quote(ref.name)} ON {table_of(ref)} IS {text}"
    if ref.kind == "column":
        return f"COMMENT ON COLUMN {table_of(ref)}.{quote(ref.name)} IS {text}"
    word = {"enum": "TYPE"}.get(ref.kind, ref.kind.upper())
    return f"COMMENT ON {word} {qualified(Ref(ref.kind, ref.schema, None, ref.name))} IS {text}"
