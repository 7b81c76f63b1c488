"""Exclusion constraints."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from schema_core.dialects.postgres.objects.key_index import KeyIndex, key_settings
from schema_core.dialects.postgres.quoting import qualified, quote, table_of
from schema_core.schema.objects import SchemaObject
from schema_core.schema.ref import Ref


class ExclusionConstraint(SchemaObject, frozen=True, kw_only=True):
    """An exclusion constraint; ``definition`` is the server's own text of it (``EXCLUDE USING gist (…)``).

    Of ``index`` only that counts which the text does not say.
    """

    KIND: ClassVar[str] = "exclusion constraint"

    definition: str
    index: KeyIndex = msgspec.field(default_factory=KeyIndex)


def create(constraint: ExclusionConstraint, *, only: bool = False) -> list[str]:
    """ALTER TABLE … ADD, and what points at its index; ``only`` leaves the table's partitions alone."""
    table, name, tablespace = table_of(constraint.ref), quote(constraint.ref.name), constraint.index.tablespace
    statements = [f"ALTER TABLE {'ONLY ' if only else ''}{table} ADD CONSTRAINT {name} {constraint.definition}"]
    if tablespace is not None:
        # The constraint's text ends with its predicate, before which the tablespace would have to stand.
        own = qualified(Ref("index", constraint.ref.schema, None, constraint.ref.name))
        statements.append(f"ALTER INDEX {own} SET TABLESPACE {quote(tablespace)}")
    return [
        *statements,
        *key_settings(constraint.ref, constraint.index),
    ]
