"""Exclusion constraints."""

from __future__ import annotations

from typing import ClassVar

from schema_core.dialects.postgres.quoting import quote, table_of
from schema_core.schema.objects import SchemaObject


class ExclusionConstraint(SchemaObject, frozen=True, kw_only=True):
    """An exclusion constraint; ``definition`` is the server's own text of it (``EXCLUDE USING gist (…)``)."""

    KIND: ClassVar[str] = "exclusion constraint"

    definition: str


def create(constraint: ExclusionConstraint) -> str:
    """ALTER TABLE … ADD."""
    return f"ALTER TABLE {table_of(constraint.ref)} ADD CONSTRAINT {quote(constraint.ref.name)} {constraint.definition}"
