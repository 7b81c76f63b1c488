"""Names of objects as a statement's text gives them."""

from __future__ import annotations

from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.ref import Ref


def target(reader: TokenReader, kind: str) -> Ref:
    """Read a name that may have a schema in front of it."""
    schema, name = reader.qualified()
    return Ref(kind, schema, None, name)


def flags(**given: object) -> tuple[str, ...]:
    """The names of what is true, as options: ``if_exists`` is ``if exists``."""
    return tuple(name.replace("_", " ") for name, value in given.items() if value)
