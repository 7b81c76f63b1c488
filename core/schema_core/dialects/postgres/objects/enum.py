"""Enumerated types."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import literal, qualified
from schema_core.schema.objects import Enum


def create(enum: Enum) -> str:
    """CREATE TYPE … AS ENUM."""
    return f"CREATE TYPE {qualified(enum.ref)} AS ENUM ({', '.join(literal(value) for value in enum.values)})"
