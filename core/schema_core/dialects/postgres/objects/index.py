"""Indexes that no constraint owns."""

from __future__ import annotations

from schema_core.dialects.postgres.objects.key_index import index_settings
from schema_core.dialects.postgres.quoting import columns, qualified, quote, table_of
from schema_core.schema.objects import Index, IndexPart
from schema_core.schema.ref import Ref


class PostgresIndexPart(IndexPart, frozen=True, kw_only=True):
    """A key with its collation and operator class where they are not the column's or type's own.

    ``statistics`` is the target of an expression, where one was set.
    """

    collation: str | None = None
    operator_class: str | None = None
    operator_class_options: str | None = None
    statistics: int | None = None


class PostgresIndex(Index, frozen=True, kw_only=True):
    """An index with PostgreSQL's options.

    ``valid`` is False after a failed concurrent build, and on a partitioned table some of whose partitions lack the
    index; ``parent_index`` is the partitioned index that this one is part of.
    """

    nulls_distinct: bool = True
    options: tuple[str, ...] = ()
    tablespace: str | None = None
    valid: bool = True
    clustered: bool = False
    replica_identity: bool = False
    partitioned: bool = False
    parent_index: Ref | None = None


def create(index: PostgresIndex) -> list[str]:
    """CREATE INDEX, and what points at it.

    On a partitioned table it is made for that table alone, and valid once an index of each partition is attached.
    """
    only = "ONLY " if index.partitioned else ""
    text = f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {quote(index.ref.name)} ON {only}{table_of(index.ref)}"
    text += f" USING {quote(index.method or 'btree')} ({', '.join(_part(part) for part in index.parts)})"
    if index.include:
        text += f" INCLUDE {columns(index.include)}"
    if not index.nulls_distinct:
        text += " NULLS NOT DISTINCT"
    if index.options:
        text += f" WITH ({', '.join(index.options)})"
    if index.tablespace is not None:
        text += f" TABLESPACE {quote(index.tablespace)}"
    if index.predicate is not None:
        text += f" WHERE {index.predicate}"
    settings = index_settings(
        table_of(index.ref), index.ref.name, clustered=index.clustered, replica_identity=index.replica_identity
    )
    if not index.valid and not index.partitioned:
        text = f"-- Invalid where it was read: a concurrent build of it failed or was not finished.\n{text}"
    return [text, *settings, *_statistics(index)]


def _statistics(index: PostgresIndex) -> list[str]:
    own = qualified(Ref("index", index.ref.schema, None, index.ref.name))
    return [
        f"ALTER INDEX {own} ALTER COLUMN {number} SET STATISTICS {part.statistics}"
        for number, part in enumerate(index.parts, 1)
        if isinstance(part, PostgresIndexPart) and part.statistics is not None
    ]


def _part(part: IndexPart) -> str:
    text = quote(part.column) if part.column is not None else f"({part.expression})"
    if isinstance(part, PostgresIndexPart):
        if part.collation is not None:
            text += f" COLLATE {part.collation}"
        if part.operator_class is not None:
            text += f" {part.operator_class}"
        if part.operator_class_options is not None:
            text += f" ({part.operator_class_options})"
    if part.descending:
        text += " DESC"
    if part.nulls_first != part.descending:
        text += " NULLS FIRST" if part.nulls_first else " NULLS LAST"
    return text
