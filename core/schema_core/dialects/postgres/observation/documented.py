"""The lock table's answer for statements that no transaction can hold still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from schema_core.dialects.postgres.lock_modes import mode_named
from schema_core.dialects.postgres.lock_table import LockRow, lookup
from schema_core.schema.objects import Index, PrimaryKey, SchemaObject, UniqueConstraint
from schema_core.schema.observations import Evidence, IndexBuild, Lock, Rewrite, Scan
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action


class DocumentedEffects(msgspec.Struct, frozen=True, kw_only=True):
    """What the lock table says, with the names filled in from the state before the statement."""

    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    scans: tuple[Scan, ...] = ()
    index_builds: tuple[IndexBuild, ...] = ()


def documented_effects(actions: Sequence[Action], before: Realm, major: int) -> DocumentedEffects | None:
    """Effects of a statement by its actions; None when the table does not know one of them."""
    rows = [(action, lookup(action, major)) for action in actions]
    if not rows or any(row is None for _, row in rows):
        return None
    locks: list[Lock] = []
    rewrites: list[Rewrite] = []
    scans: list[Scan] = []
    builds: list[IndexBuild] = []
    for action, row in rows:
        if row is None:
            continue
        named = _Named(action, before)
        for entry in row.locks:
            for ref in named.role(entry.role):
                mode = mode_named(entry.mode)
                locks.append(
                    Lock(
                        ref=ref,
                        mode=mode.name,
                        strength=mode.strength,
                        blocks_reads=mode.blocks_reads,
                        blocks_writes=mode.blocks_writes,
                        evidence=(_evidence(row, f"{mode.name} on {ref.label()} ({entry.duration})"),),
                    )
                )
        for table in named.role("table"):
            if row.work == "scan":
                scans.append(Scan(ref=table, purpose="verify", evidence=(_evidence(row, "reads the table"),)))
            elif row.work == "rewrite":
                rewrites.append(Rewrite(ref=table, evidence=(_evidence(row, "writes the table anew"),)))
            elif row.work == "index build":
                evidence = (_evidence(row, "builds the index while writes go on"),)
                builds += [IndexBuild(ref=index, table=table, evidence=evidence) for index in named.built(table)]
    return DocumentedEffects(
        locks=tuple(sorted(locks, key=lambda lock: -lock.strength)),
        rewrites=tuple(rewrites),
        scans=tuple(scans),
        index_builds=tuple(builds),
    )


def _evidence(row: LockRow, detail: str) -> Evidence:
    return Evidence(source=f"lock table: {row.source}", detail=detail)


class _Named:
    """Finds the objects of an action in the state before it; names without a schema match in any schema."""

    def __init__(self, action: Action, before: Realm) -> None:
        self._action = action
        self._before = before

    def role(self, role: str) -> Iterator[Ref]:
        """The objects that play a role of the lock table (table, index, parent, partition) in the action."""
        if role == "index":
            yield from self._indexes()
        elif role == "indexes":
            for table in self._tables():
                yield from (_index_of(item) for item in self._before.children(table) if _has_index(item))
        elif role == "partition":
            yield from self._find("table", self._action.target)
        elif role in ("table", "parent"):
            yield from self._tables()

    def built(self, table: Ref) -> tuple[Ref, ...]:
        """The indexes that the action builds on a table: the one it names, else all of them."""
        target = self._action.target
        if target is not None and target.kind == "index" and self._action.kind == "create index":
            return (Ref("index", table.schema, table.name, target.name),)
        return tuple(self.role("index")) or tuple(self.role("indexes"))

    def _indexes(self) -> Iterator[Ref]:
        target = self._action.target
        if target is not None and target.kind == "index":
            yield from self._find("index", target)

    def _tables(self) -> Iterator[Ref]:
        action = self._action
        wanted = action.table
        if wanted is None and action.target is not None and action.target.kind in ("table", "materialized view"):
            wanted = action.target
        if wanted is not None:
            yield from self._find(wanted.kind, wanted)
            return
        for index in self._indexes():
            if index.parent is not None:
                yield from self._find("table", Ref("table", index.schema, None, index.parent))

    def _find(self, kind: str, wanted: Ref | None) -> Iterator[Ref]:
        if wanted is None:
            return
        for ref, item in self._before.items():
            if ref.name != wanted.name or wanted.schema not in (None, ref.schema):
                continue
            if kind == "index" and _has_index(item):
                yield _index_of(item)
            elif ref.kind == kind:
                yield ref


def _has_index(item: SchemaObject) -> bool:
    """Whether an object is an index or a constraint that has one of its own name."""
    return isinstance(item, Index | PrimaryKey | UniqueConstraint) or item.ref.kind == "exclusion constraint"


def _index_of(item: SchemaObject) -> Ref:
    return Ref("index", item.ref.schema, item.ref.parent, item.ref.name)
