"""The part of two states that a plan's proof needs: what changes, what that needs, and what depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.planning.connections import Connections
from schema_core.dialects.protocol import Inspection
from schema_core.schema.changes import Alter, Change, Rename
from schema_core.schema.objects import ForeignKey
from schema_core.schema.objects import Sequence as SequenceObject
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def closure(before: Inspection, after: Inspection, changes: Sequence[Change]) -> tuple[Realm, Realm]:
    """See ``protocol.Planner.closure``."""
    old, new = Connections(before), Connections(after)
    touched = {
        _head(connections, ref)
        for change in changes
        for ref in ((change.before.ref, change.ref) if isinstance(change, Alter | Rename) else (change.ref,))
        for connections in (old, new)
    }
    whole = _with_dependents(old, touched) | _with_dependents(new, touched)
    included = _with_needs(old, whole, touched) | _with_needs(new, whole, touched)
    return _part(old, included), _part(new, included)


def _head(connections: Connections, ref: Ref) -> Ref:
    return connections.owner(ref) or ref


def _family(connections: Connections, head: Ref) -> Iterable[Ref]:
    return (head, *(item.ref for item in connections.realm.children(head)))


def _with_dependents(connections: Connections, touched: Iterable[Ref]) -> set[Ref]:
    """What is touched, partition trees as a whole, and everything that could feel it."""
    found: set[Ref] = set()
    referring: set[Ref] = set()
    waiting = list(touched)
    while waiting:
        head = waiting.pop()
        if head in found or head.kind in ("schema", "extension"):
            found.add(head)
            continue
        found.add(head)
        item = connections.realm.get(head)
        if isinstance(item, PostgresTable):
            waiting += [*connections.children_of(head), *item.parents]
        for ref in _family(connections, head):
            for dependent in connections.dependents(ref):
                if dependent in connections.realm and dependent.kind != "foreign key":
                    waiting.append(_head(connections, dependent))
                elif dependent in connections.realm:
                    # A table that only refers to what is touched feels it, and nothing that depends on that table does.
                    referring.add(_head(connections, dependent))
    return found | referring


def _with_needs(connections: Connections, included: set[Ref], touched: set[Ref]) -> set[Ref]:
    """What is included and what that cannot be made without; only what is touched brings its foreign keys' tables."""
    found: set[Ref] = set()
    waiting = list(included)
    while waiting:
        head = waiting.pop()
        if head in found:
            continue
        found.add(head)
        if head not in connections.realm:
            continue
        for item in (connections.realm[head], *connections.realm.children(head)):
            if isinstance(item, ForeignKey) and head not in touched:
                continue
            waiting += [_head(connections, need) for need in connections.needs(item.ref)]
    for sequence in connections.realm.of(SequenceObject):
        if sequence.owned_by is not None and _head(connections, sequence.owned_by) in found:
            found.add(sequence.ref)
    return found


def _part(connections: Connections, included: set[Ref]) -> Realm:
    """The objects of the included families; schemas of theirs and extensions are always there."""
    schemas = {ref.schema for ref in included}
    heads = {(ref.schema, ref.name) for ref in included if ref.kind in ("table", "materialized view")}

    def wanted(ref: Ref) -> bool:
        if ref.parent is not None:
            return (ref.schema, ref.parent) in heads
        if ref.kind == "schema":
            return ref.name in schemas or ref in included
        return ref.kind == "extension" or ref in included

    return Realm(
        item
        for ref, item in connections.realm.items()
        if wanted(ref) and not (isinstance(item, ForeignKey) and item.references not in included)
    )
