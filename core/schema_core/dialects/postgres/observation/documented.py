"""The lock table's answer for statements that no transaction can hold still."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from schema_core.dialects.postgres.lock_modes import mode_named
from schema_core.dialects.postgres.lock_table import LockRow, Role, lookup
from schema_core.schema.objects import Index, PrimaryKey, SchemaObject, UniqueConstraint
from schema_core.schema.observations import Evidence, IndexBuild, Lock, Rewrite, Scan
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

TABLES = ("table", "materialized view")
"""Kinds of relations that a statement may mean by "table": the text does not always say which."""


class DocumentedEffects(msgspec.Struct, frozen=True, kw_only=True):
    """What the lock table says, with the names filled in from the state before the statement."""

    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    scans: tuple[Scan, ...] = ()
    index_builds: tuple[IndexBuild, ...] = ()


def documented_effects(
    actions: Sequence[Action], before: Realm, major: int, connected_schema: str | None = None
) -> DocumentedEffects | None:
    """Effects of a statement by its actions; None when the table does not know one of them.

    A name without a schema means the object in ``connected_schema``; when none is there, its namesakes in all schemas.
    """
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
        named = _Named(action, before, connected_schema)
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
        for table in named.worked_on():
            if row.work == "scan":
                scans.append(Scan(ref=table, purpose="verify", evidence=(_evidence(row, "reads the table"),)))
            elif row.work == "rewrite":
                rewrites.append(Rewrite(ref=table, evidence=(_evidence(row, "writes the table anew"),)))
            elif row.work == "index build":
                meanwhile = "go on" if "concurrently" in row.options else "wait"
                evidence = (_evidence(row, f"builds the index while writes {meanwhile}"),)
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
    """Finds the objects of an action in the state before it."""

    def __init__(self, action: Action, before: Realm, connected_schema: str | None) -> None:
        self._action = action
        self._before = before
        self._connected_schema = connected_schema

    def role(self, role: Role) -> Iterator[Ref]:
        """The objects that play a role of the lock table in the action."""
        target = self._action.target
        match role:
            case "index":
                yield from self._indexes()
            case "indexes":
                for table in self._tables():
                    yield from self._indexes_of(table)
            case "partition":
                yield from self._find(TABLES, target)
            case "schema":
                yield from self._all_tables(target.name if target is not None else None)
            case "database":
                yield from self._all_tables(None)
            case "table" | "parent":
                yield from self._tables()

    def worked_on(self) -> tuple[Ref, ...]:
        """The tables whose rows the action works on: those it names, or all of a schema or of the database."""
        target = self._action.target
        if target is not None and target.kind == "schema":
            return tuple(self.role("schema"))
        if self._action.table is None and (target is None or target.kind == "database"):
            return tuple(self.role("database"))
        return tuple(self._tables())

    def built(self, table: Ref) -> tuple[Ref, ...]:
        """The indexes that the action builds on a table: the one it names, else all of them."""
        target = self._action.target
        if target is not None and target.kind == "index" and self._action.kind == "create index":
            return (Ref("index", table.schema, table.name, target.name),)
        return tuple(self._indexes()) or tuple(self._indexes_of(table))

    def _indexes(self) -> Iterator[Ref]:
        target = self._action.target
        if target is not None and target.kind == "index":
            indexes = (_index_of(item) for item in self._before.values() if _has_index(item))
            yield from self._meant(indexes, target)

    def _indexes_of(self, table: Ref) -> Iterator[Ref]:
        yield from (_index_of(item) for item in self._before.children(table) if _has_index(item))

    def _tables(self) -> Iterator[Ref]:
        wanted = self._action.table or self._action.target
        if wanted is not None and wanted.kind in TABLES:
            yield from self._find(TABLES, wanted)
            return
        for index in self._indexes():
            if index.parent is not None:
                yield from self._find(TABLES, Ref("table", index.schema, None, index.parent))

    def _all_tables(self, schema: str | None) -> Iterator[Ref]:
        """Every table and materialized view of a schema, or of all."""
        yield from (ref for ref in self._before if ref.kind in TABLES and schema in (None, ref.schema))

    def _find(self, kinds: Collection[str], wanted: Ref | None) -> Iterator[Ref]:
        if wanted is not None:
            yield from self._meant((ref for ref in self._before if ref.kind in kinds), wanted)

    def _meant(self, refs: Iterable[Ref], wanted: Ref) -> Iterator[Ref]:
        found = [ref for ref in refs if ref.name == wanted.name and wanted.schema in (None, ref.schema)]
        nearest = [ref for ref in found if ref.schema == self._connected_schema]
        yield from nearest if wanted.schema is None and nearest else found


def _has_index(item: SchemaObject) -> bool:
    """Whether an object is an index or a constraint that has one of its own name."""
    return isinstance(item, Index | PrimaryKey | UniqueConstraint) or item.ref.kind == "exclusion constraint"


def _index_of(item: SchemaObject) -> Ref:
    return Ref("index", item.ref.schema, item.ref.parent, item.ref.name)
