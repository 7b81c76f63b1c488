"""What objects cannot be created without: read from the catalogs, and from the objects themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schema_core.dialects.postgres.catalog_queries import Rows
from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.materialized_view import PostgresMaterializedView
from schema_core.dialects.postgres.objects.schema import DEFAULT
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.objects.view import PostgresView
from schema_core.schema.objects import Extension, ForeignKey, PrimaryKey, SchemaObject, Sequence, UniqueConstraint
from schema_core.schema.ref import Ref

RELATION_KINDS = {"r": "table", "p": "table", "v": "view", "m": "materialized view", "S": "sequence"}
"""The catalog's letter for what kind of relation a row is about."""

_CLASS, _CONSTRAINT = 1259, 2606


def catalogued_needs(rows: Rows, identities: Mapping[Ref, str]) -> dict[Ref, tuple[Ref, ...]]:
    """What objects need of other kinds: types, functions, operators, collations, and what is not modelled."""
    edges = rows["needs"]
    if not edges:
        return {}
    known = {identity: ref for ref, identity in identities.items()}
    known.update(
        (f"{catalog}:{oid}", Ref(*name)) for *name, catalog, oid in rows["unmodelled"] if name[0] != "privileges"
    )
    for row in rows["constraints"]:
        # What depends on a constraint's index depends on the constraint; a foreign key's index is somebody else's.
        if row[3] != "f" and (key := known.get(f"{_CONSTRAINT}:{row[0]}")) is not None:
            known.setdefault(f"{_CLASS}:{row[18]}", key)
    found: dict[Ref, dict[Ref, None]] = {}
    for catalog, oid, sub, needed_catalog, needed_oid in edges:
        dependant = (known.get(f"{catalog}:{oid}:{sub}") if sub else None) or known.get(f"{catalog}:{oid}")
        need = known.get(f"{needed_catalog}:{needed_oid}")
        if dependant is not None and need is not None and dependant != need:
            found.setdefault(dependant, {})[need] = None
    return {ref: tuple(needs) for ref, needs in found.items()}


def catalogued_uses(rows: Rows, identities: Mapping[Ref, str]) -> dict[Ref, tuple[Ref, ...]]:
    """The relations and columns that views, expressions and what is not modelled use."""
    known = {identity: ref for ref, identity in identities.items()} if rows["uses"] else {}
    known.update(
        (f"{catalog}:{oid}", Ref(*name)) for *name, catalog, oid in rows["unmodelled"] if name[0] != "privileges"
    )
    found: dict[Ref, dict[Ref, None]] = {}
    for catalog, oid, sub, schema, relation, kind, column in rows["uses"]:
        dependant = known.get(f"{catalog}:{oid}:{sub}") if sub else known.get(f"{catalog}:{oid}")
        if dependant is not None:
            uses = found.setdefault(dependant, {})
            uses[Ref(RELATION_KINDS[kind], schema, None, relation)] = None
            if column is not None:
                uses[Ref("column", schema, relation, column)] = None
    return {ref: tuple(uses) for ref, uses in found.items()}


def stated_needs(objects: Iterable[SchemaObject]) -> dict[Ref, tuple[Ref, ...]]:
    """What objects need by what they say themselves: matters where only a part of a database is asked for."""
    return {item.ref: needs for item in objects if (needs := tuple(stated(item)))}


def stated(item: SchemaObject) -> Iterable[Ref]:
    """What one object says itself that it needs."""
    ref = item.ref
    if ref.schema is not None and ref.parent is None:
        yield from _schema(ref.schema)
    match item:
        case PostgresTable():
            yield from item.parents
        case PostgresColumn():
            yield from (item.rows_of,) if item.rows_of is not None else ()
        case PostgresView() | PostgresMaterializedView():
            yield from item.reads
        case ForeignKey():
            yield item.references
            yield from _columns(ref, item.columns)
        case PrimaryKey() | UniqueConstraint():
            yield from _columns(ref, item.columns)
        case PostgresIndex():
            yield from _columns(ref, (part.column for part in item.parts))
            yield from (item.parent_index,) if item.parent_index is not None else ()
        case Sequence():
            yield from (item.owned_by,) if item.owned_by is not None else ()
        case Extension():
            yield from _schema(item.installed_in) if item.installed_in is not None else ()
        case _:
            return


def _schema(name: str) -> Iterable[Ref]:
    return () if name == DEFAULT else (Ref("schema", None, None, name),)


def _columns(owner: Ref, names: Iterable[str | None]) -> Iterable[Ref]:
    return (Ref("column", owner.schema, owner.parent, name) for name in names if name is not None)
