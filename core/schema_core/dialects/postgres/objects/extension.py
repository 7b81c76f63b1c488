"""Extensions."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import quote
from schema_core.schema.objects import Extension


def create(extension: Extension) -> str:
    """CREATE EXTENSION in the schema that holds its objects."""
    return f"CREATE EXTENSION {quote(extension.ref.name)} WITH SCHEMA {quote(extension.installed_in or 'public')}"


def move(extension: Extension) -> str:
    """ALTER EXTENSION … SET SCHEMA."""
    return f"ALTER EXTENSION {quote(extension.ref.name)} SET SCHEMA {quote(extension.installed_in or 'public')}"
