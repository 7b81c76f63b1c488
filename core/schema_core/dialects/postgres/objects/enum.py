"""Enumerated types."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import literal, qualified
from schema_core.schema.objects import Enum


def create(enum: Enum) -> str:
    """CREATE TYPE … AS ENUM."""
    return f"CREATE TYPE {qualified(enum.ref)} AS ENUM ({', '.join(literal(value) for value in enum.values)})"


def additions(before: Enum, after: Enum) -> list[str] | None:
    """ALTER TYPE … ADD VALUE for each new value in its place; None when a value goes away or moves."""
    kept = set(before.values)
    if [value for value in after.values if value in kept] != list(before.values):
        return None
    alter = f"ALTER TYPE {qualified(after.ref)} ADD VALUE"
    statements = []
    present = list(before.values)
    for index, value in enumerate(after.values):
        if value in kept:
            continue
        place = ""
        if index < len(present):
            place = f" BEFORE {literal(present[index])}"
        statements.append(f"{alter} {literal(value)}{place}")
        present.insert(index, value)
    return statements
