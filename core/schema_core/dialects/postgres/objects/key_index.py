"""The index behind a primary key or unique constraint: what the constraint may say about it."""

from __future__ import annotations

import msgspec

from schema_core.dialects.postgres.quoting import columns, literal, qualified, quote, table_of
from schema_core.schema.ref import Ref


class KeyIndex(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a constraint's index; ``clustered`` and ``replica_identity`` are set by ALTER TABLE.

    ``comment`` is the index's own; the constraint may have another. ``parent_index`` is the partitioned index that this
    one is part of.
    """

    include: tuple[str, ...] = ()
    nulls_distinct: bool = True
    options: tuple[str, ...] = ()
    tablespace: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False
    without_overlaps: bool = False
    clustered: bool = False
    replica_identity: bool = False
    comment: str | None = None
    parent_index: Ref | None = None


def constraint_clause(word: str, names: tuple[str, ...], index: KeyIndex) -> str:
    """``PRIMARY KEY (a, b) INCLUDE (c) …`` or the same with UNIQUE."""
    text = word if index.nulls_distinct else f"{word} NULLS NOT DISTINCT"
    listed = columns(names)
    if index.without_overlaps:
        listed = f"{listed[:-1]} WITHOUT OVERLAPS)"
    text += f" {listed}"
    if index.include:
        text += f" INCLUDE {columns(index.include)}"
    if index.options:
        text += f" WITH ({', '.join(index.options)})"
    if index.tablespace is not None:
        text += f" USING INDEX TABLESPACE {quote(index.tablespace)}"
    if index.deferrable:
        text += " DEFERRABLE"
    if index.initially_deferred:
        text += " INITIALLY DEFERRED"
    return text


def index_settings(table: str, name: str, *, clustered: bool, replica_identity: bool) -> list[str]:
    """ALTER TABLE statements that point at an index."""
    statements = []
    if clustered:
        statements.append(f"ALTER TABLE {table} CLUSTER ON {quote(name)}")
    if replica_identity:
        statements.append(f"ALTER TABLE ONLY {table} REPLICA IDENTITY USING INDEX {quote(name)}")
    return statements


def attach(parent: Ref, own: Ref) -> str:
    """ALTER INDEX … ATTACH PARTITION."""
    partitioned, part = (qualified(Ref("index", ref.schema, None, ref.name)) for ref in (parent, own))
    return f"ALTER INDEX {partitioned} ATTACH PARTITION {part}"


def key_settings(key: Ref, index: KeyIndex) -> list[str]:
    """What is said about a constraint's index after the constraint was made."""
    statements = index_settings(
        table_of(key), key.name, clustered=index.clustered, replica_identity=index.replica_identity
    )
    if index.comment is not None:
        own = qualified(Ref("index", key.schema, None, key.name))
        statements.append(f"COMMENT ON INDEX {own} IS {literal(index.comment)}")
    return statements
