"""Changes of partitions and inheriting tables that come by themselves with those of their parents."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.column_changes import changes
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.key_index import KeyIndex
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.planning.situation import Situation
from schema_core.schema.changes import Alter
from schema_core.schema.objects import SchemaObject
from schema_core.schema.ref import Ref

KEYS = ("index", "primary key", "unique constraint", "exclusion constraint")
"""Kinds that are, or rest on, an index."""
_RECURSING = frozenset({"type", "collation", "nullable", "default", "generated", "storage", "statistics"})
"""Fields of a column that ALTER TABLE changes in heirs too."""


def fold(situation: Situation) -> None:
    """Take what is implied out of the changes, and put in what must be said because a parent's change goes too far."""
    changed = [
        *((ref, "created") for ref in situation.created),
        *((ref, "dropped") for ref in situation.dropped),
        *((ref, "recreated") for ref in situation.recreated),
        *((ref, "altered") for ref in situation.altered if ref not in situation.recreated),
    ]
    for ref, how in changed:
        if ref.parent is None or Ref("table", ref.schema, None, ref.parent) in situation.dropped:
            continue
        if ref.kind in ("column", "check constraint"):
            for heir in _heirs(situation, ref):
                child = Ref(ref.kind, heir.schema, heir.name, ref.name)
                _fold_child(situation, ref, child, how)
        elif how in ("dropped", "recreated"):
            parent = parent_index(situation.before.realm[ref])
            if parent is not None and (key := _key_named(situation, parent)) is not None:
                situation.implied.setdefault(key, []).append(ref)
                if how == "dropped":
                    del situation.dropped[ref]
                else:
                    del situation.recreated[ref]
                    situation.created[ref] = situation.after.realm[ref]


def parent_index(item: SchemaObject) -> Ref | None:
    """The partitioned index that an index, or that of a key, is part of."""
    if isinstance(item, PostgresIndex):
        return item.parent_index
    index = getattr(item, "index", None)
    return index.parent_index if isinstance(index, KeyIndex) else None


def _key_named(situation: Situation, index: Ref) -> Ref | None:
    """The index or key of this name, if it goes away."""
    for kind in KEYS:
        ref = Ref(kind, index.schema, index.parent, index.name)
        if situation.is_gone_before(ref) or any(ref in others for others in situation.implied.values()):
            return ref
    return None


def _heirs(situation: Situation, ref: Ref) -> Iterator[Ref]:
    """Tables that inherit from the object's table before and after."""
    table = Ref("table", ref.schema, None, ref.parent or "")
    for heir in situation.before.children_of(table):
        item = situation.after.realm.get(heir)
        if isinstance(item, PostgresTable) and table in item.parents and heir not in situation.dropped:
            yield heir


def _fold_child(situation: Situation, parent: Ref, child: Ref, how: str) -> None:
    if how == "dropped":
        if child in situation.dropped:
            del situation.dropped[child]
            situation.implied.setdefault(parent, []).append(child)
        return
    present = situation.after.realm.get(child)
    if present is None:
        return
    model = situation.after.realm[parent]
    if how in ("created", "recreated"):
        known = situation.created if how == "created" else situation.recreated
        if child in known:
            del known[child]
            situation.implied.setdefault(parent, []).append(child)
            _keep_difference(situation, msgspec.structs.replace(model, ref=child), present)
        return
    before = situation.before.realm.get(child)
    if before is None:
        return
    situation.implied.setdefault(parent, []).append(child)
    fields = [name for name in situation.altered[parent].fields() if name in (*_RECURSING, "validated")]
    expected = msgspec.structs.replace(before, **{name: getattr(model, name) for name in fields})
    situation.altered.pop(child, None)
    _keep_difference(situation, expected, present)


def _keep_difference(situation: Situation, expected: SchemaObject, present: SchemaObject) -> None:
    if isinstance(expected, PostgresColumn) and isinstance(present, PostgresColumn):
        expected = msgspec.structs.replace(
            expected,
            **{name: getattr(present, name) for name in _NAMED_BY_SERVER},
            **({} if expected.nullable == present.nullable else {"nullable": expected.nullable}),
        )
        if list(changes(expected, present)) or expected.comment != present.comment:
            situation.altered[present.ref] = Alter(before=expected, after=present)
    elif expected.comment != present.comment:
        situation.altered[present.ref] = Alter(before=expected, after=present)


_NAMED_BY_SERVER = ("position", "inherited", "not_null_name", "not_null_inherited", "identity", "identity_sequence")
