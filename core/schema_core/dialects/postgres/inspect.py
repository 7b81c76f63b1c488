"""Inspection: from catalog rows to a realm."""

from __future__ import annotations

import gc
from typing import Any

from psycopg import Connection

from schema_core.dialects.postgres.catalog_queries import Rows, Touched, read_all, read_touched
from schema_core.dialects.postgres.kept_queries import KeptQueries
from schema_core.dialects.postgres.needs import catalogued_needs, catalogued_uses, stated_needs
from schema_core.dialects.postgres.realm_builder import RealmBuilder
from schema_core.dialects.protocol import Inspection, Scope
from schema_core.dialects.scope import select
from schema_core.schema.objects import Unmodelled
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def inspect_all(connection: Connection[Any], scope: Scope, connected_schema: str | None = None) -> Inspection:
    """The database's state in one snapshot; ``connected_schema`` bounds it when the URL names a schema."""
    # Hundreds of thousands of small objects that all stay: collecting garbage between them finds none.
    collecting = gc.isenabled()
    gc.disable()
    try:
        with read_all(connection) as rows:
            builder = RealmBuilder(rows, connection.info.server_version // 10000)
            objects = builder.build()
            unmodelled = tuple(Unmodelled(ref=Ref(*row[:5])) for row in rows["unmodelled"])
            needs = catalogued_needs(rows, builder.identities)
            uses = builder.uses | catalogued_uses(rows, builder.identities)
        if connected_schema is not None or scope != Scope():
            for ref, stated in stated_needs(objects).items():
                needs[ref] = (*needs.get(ref, ()), *stated)
        inspection = Inspection(
            realm=Realm(objects), unmodelled=unmodelled, identities=builder.identities, needs=needs, uses=uses
        )
        return select(inspection, scope, connected_schema)
    finally:
        if collecting:
            gc.enable()


def inspect_touched(connection: Connection[Any], queries: KeptQueries, touched: Touched, whole: Rows) -> Inspection:
    """Only the touched objects (a table with all that belongs to it), inside the caller's open transaction."""
    rows = read_touched(connection, queries, touched, whole)
    builder = RealmBuilder(rows, connection.info.server_version // 10000)
    objects = builder.build()
    return Inspection(realm=Realm(objects), unmodelled=(), identities=builder.identities)
