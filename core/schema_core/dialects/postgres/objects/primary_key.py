"""Primary keys."""

from __future__ import annotations

import msgspec

from schema_core.dialects.postgres.objects.key_index import KeyIndex, constraint_clause, key_settings
from schema_core.dialects.postgres.quoting import quote, table_of
from schema_core.schema.objects import PrimaryKey


class PostgresPrimaryKey(PrimaryKey, frozen=True, kw_only=True):
    """A primary key with its index's options."""

    index: KeyIndex = msgspec.field(default_factory=KeyIndex)


def create(key: PostgresPrimaryKey, *, only: bool = False) -> list[str]:
    """ALTER TABLE … ADD, and what points at its index; ``only`` leaves the table's partitions alone."""
    return [
        f"ALTER TABLE {'ONLY ' if only else ''}{table_of(key.ref)} ADD {clause(key)}",
        *key_settings(key.ref, key.index),
    ]


def clause(key: PostgresPrimaryKey) -> str:
    """The constraint's part of CREATE TABLE or of ALTER TABLE … ADD."""
    return f"CONSTRAINT {quote(key.ref.name)} {constraint_clause('PRIMARY KEY', key.columns, key.index)}"
