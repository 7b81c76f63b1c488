"""Unique constraints."""

from __future__ import annotations

import msgspec

from schema_core.dialects.postgres.objects.key_index import KeyIndex, constraint_clause, key_settings
from schema_core.dialects.postgres.quoting import quote, table_of
from schema_core.schema.objects import UniqueConstraint


class PostgresUniqueConstraint(UniqueConstraint, frozen=True, kw_only=True):
    """A unique constraint with its index's options."""

    index: KeyIndex = msgspec.field(default_factory=KeyIndex)


def create(key: PostgresUniqueConstraint, *, only: bool = False) -> list[str]:
    """ALTER TABLE … ADD, and what points at its index; ``only`` leaves the table's partitions alone."""
    table = table_of(key.ref)
    clause = constraint_clause("UNIQUE", key.columns, key.index)
    return [
        f"ALTER TABLE {'ONLY ' if only else ''}{table} ADD CONSTRAINT {quote(key.ref.name)} {clause}",
        *key_settings(key.ref, key.index),
    ]
