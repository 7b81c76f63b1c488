"""Statements that create indexes and the constraints that rest on them, and that attach partitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schema_core.dialects.postgres.objects import exclusion_constraint, index, primary_key, table, unique_constraint
from schema_core.dialects.postgres.objects.exclusion_constraint import ExclusionConstraint
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.key_index import attach
from schema_core.dialects.postgres.objects.primary_key import PostgresPrimaryKey
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.objects.unique_constraint import PostgresUniqueConstraint
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def render_keys(realm: Realm) -> Iterator[str]:
    """Keys of plain tables and partitions, attachments, then keys of partitioned tables, the deepest first.

    An index of a partitioned table is made for that table alone and the partitions' indexes are attached to it one by
    one: left to itself, the server would choose among equal indexes, and make those that are missing.
    """
    tables = {item.ref: item for item in realm.of(PostgresTable)}
    partitions: defaultdict[Ref, list[PostgresTable]] = defaultdict(list)
    for item in tables.values():
        if item.bound is not None and item.parents:
            partitions[item.parents[0]].append(item)
        if item.partition_by is None:
            yield from render_keys_of(realm, item.ref)
    partitioned = [item for item in tables.values() if item.partition_by is not None]
    for item in sorted(partitioned, key=lambda item: -_depth(item.ref, tables)):
        attached = []
        for part in partitions.pop(item.ref, ()):
            yield table.attach(part)
            attached.append(part)
        yield from render_keys_of(realm, item.ref, only=True)
        for part in attached:
            yield from _attachments(realm, part.ref)
    # What is left are partitions of tables that are not part of the realm: these statements fail and say so.
    for parts in partitions.values():
        yield from (table.attach(part) for part in parts)


def render_keys_of(realm: Realm, owner: Ref, *, only: bool = False) -> Iterator[str]:
    """The indexes and index-backed constraints of one table; ``only`` leaves its partitions alone."""
    for item in realm.children(owner):
        if isinstance(item, PostgresPrimaryKey):
            yield from primary_key.create(item, only=only)
        elif isinstance(item, PostgresUniqueConstraint):
            yield from unique_constraint.create(item, only=only)
        elif isinstance(item, ExclusionConstraint):
            yield from exclusion_constraint.create(item, only=only)
        elif isinstance(item, PostgresIndex):
            yield from index.create(item)


def _attachments(realm: Realm, partition: Ref) -> Iterator[str]:
    for item in realm.children(partition):
        if isinstance(item, PostgresIndex):
            parent = item.parent_index
        elif isinstance(item, PostgresPrimaryKey | PostgresUniqueConstraint | ExclusionConstraint):
            parent = item.index.parent_index
        else:
            continue
        if parent is not None:
            yield attach(parent, item.ref)


def _depth(ref: Ref, tables: dict[Ref, PostgresTable]) -> int:
    depth = 0
    item = tables.get(ref)
    while item is not None and item.bound is not None:
        depth += 1
        item = tables.get(item.parents[0]) if item.parents else None
    return depth
