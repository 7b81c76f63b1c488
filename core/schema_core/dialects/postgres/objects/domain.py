"""Domains."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.quoting import literal, qualified, quote
from schema_core.schema.objects import Domain


def create(domain: Domain) -> Iterator[str]:
    """CREATE DOMAIN; a check that was never validated is added afterwards."""
    text = f"CREATE DOMAIN {qualified(domain.ref)} AS {domain.type}"
    if domain.collation is not None:
        text += f" COLLATE {domain.collation}"
    if domain.default is not None:
        text += f" DEFAULT {domain.default}"
    if not domain.nullable:
        text += " NOT NULL"
    for check in domain.checks:
        if check.validated:
            text += f" CONSTRAINT {quote(check.name)} CHECK ({check.expression})"
    yield text
    for check in domain.checks:
        if not check.validated:
            name = quote(check.name)
            yield f"ALTER DOMAIN {qualified(domain.ref)} ADD CONSTRAINT {name} CHECK ({check.expression}) NOT VALID"
        if check.comment is not None:
            text = literal(check.comment)
            yield f"COMMENT ON CONSTRAINT {quote(check.name)} ON DOMAIN {qualified(domain.ref)} IS {text}"
