"""Domains."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.quoting import literal, qualified, quote
from schema_core.schema.objects import Domain, DomainCheck


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


def alter(before: Domain, after: Domain) -> Iterator[str]:
    """ALTER DOMAIN for what differs but the base type, which cannot change."""
    alter_domain = f"ALTER DOMAIN {qualified(after.ref)}"
    old, new = ({check.name: check for check in one.checks} for one in (before, after))
    for name, check in old.items():
        if name not in new or _is_anew(check, new[name]):
            yield f"{alter_domain} DROP CONSTRAINT {quote(name)}"
    if before.default != after.default:
        yield f"{alter_domain} {'DROP DEFAULT' if after.default is None else f'SET DEFAULT {after.default}'}"
    if before.nullable != after.nullable:
        yield f"{alter_domain} {'DROP' if after.nullable else 'SET'} NOT NULL"
    for name, check in new.items():
        same = old.get(name)
        if same is None or _is_anew(same, check):
            valid = "" if check.validated else " NOT VALID"
            yield f"{alter_domain} ADD CONSTRAINT {quote(name)} CHECK ({check.expression}){valid}"
        elif check.validated and not same.validated:
            yield f"{alter_domain} VALIDATE CONSTRAINT {quote(name)}"
        had = same.comment if same is not None and not _is_anew(same, check) else None
        if check.comment != had:
            text = literal(check.comment) if check.comment is not None else "NULL"
            yield f"COMMENT ON CONSTRAINT {quote(name)} ON DOMAIN {qualified(after.ref)} IS {text}"


def _is_anew(before: DomainCheck, after: DomainCheck) -> bool:
    return before.expression != after.expression or (before.validated and not after.validated)
