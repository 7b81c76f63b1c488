"""Check constraints of tables."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import quote, table_of
from schema_core.schema.objects import CheckConstraint


class PostgresCheckConstraint(CheckConstraint, frozen=True, kw_only=True):
    """A check; one that is ``inherited`` comes with its inheritance parent."""

    no_inherit: bool = False
    enforced: bool = True
    inherited: bool = False


def clause(check: PostgresCheckConstraint) -> str:
    """The constraint's part of CREATE TABLE."""
    text = f"CONSTRAINT {quote(check.ref.name)} CHECK ({check.expression})"
    if check.no_inherit:
        text += " NO INHERIT"
    return text if check.enforced else f"{text} NOT ENFORCED"


def add(check: PostgresCheckConstraint, *, only: bool) -> str:
    """ALTER TABLE … ADD, to the table alone or to those that inherit from it too."""
    return f"ALTER TABLE {'ONLY ' if only else ''}{table_of(check.ref)} {addition(check)}"


def addition(check: PostgresCheckConstraint) -> str:
    """The clause of ALTER TABLE that adds the check, in the state that it is to have."""
    return f"ADD {clause(check)}{'' if check.validated or not check.enforced else ' NOT VALID'}"


def validate(check: PostgresCheckConstraint) -> str:
    """ALTER TABLE … VALIDATE CONSTRAINT."""
    return f"ALTER TABLE {table_of(check.ref)} VALIDATE CONSTRAINT {quote(check.ref.name)}"
