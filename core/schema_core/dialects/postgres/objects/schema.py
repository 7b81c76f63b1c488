"""Schemas."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import quote
from schema_core.schema.objects import Schema

DEFAULT = "public"
"""Every new database has this schema."""


def create(schema: Schema) -> str:
    """CREATE SCHEMA."""
    exists = "IF NOT EXISTS " if schema.ref.name == DEFAULT else ""
    return f"CREATE SCHEMA {exists}{quote(schema.ref.name)}"
