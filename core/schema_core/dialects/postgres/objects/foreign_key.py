"""Foreign keys."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import columns, qualified, quote, table_of
from schema_core.schema.objects import ForeignKey


class PostgresForeignKey(ForeignKey, frozen=True, kw_only=True):
    """A foreign key; ``delete_columns`` are the columns that ON DELETE SET … touches, empty for all of them."""

    match_full: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    enforced: bool = True
    delete_columns: tuple[str, ...] = ()
    period: bool = False


def create(key: PostgresForeignKey) -> str:
    """ALTER TABLE … ADD; the referenced table is recursed into when it is partitioned."""
    return f"ALTER TABLE {table_of(key.ref)} ADD {clause(key)}"


def addition(key: PostgresForeignKey) -> str:
    """The clause of ALTER TABLE that adds the key."""
    return f"ADD {clause(key)}"


def deferral(key: PostgresForeignKey) -> str:
    """The clause of ALTER TABLE that changes when a key is checked."""
    when = "DEFERRABLE" if key.deferrable else "NOT DEFERRABLE"
    return f"ALTER CONSTRAINT {quote(key.ref.name)} {when}{' INITIALLY DEFERRED' if key.initially_deferred else ''}"


def clause(key: PostgresForeignKey) -> str:
    """The constraint itself, with its state."""
    own, theirs = columns(key.columns), columns(key.referenced_columns)
    if key.period:
        own, theirs = _with_period(key.columns), _with_period(key.referenced_columns)
    text = f"CONSTRAINT {quote(key.ref.name)} FOREIGN KEY {own} REFERENCES {qualified(key.references)} {theirs}"
    if key.match_full:
        text += " MATCH FULL"
    if key.on_update != "NO ACTION":
        text += f" ON UPDATE {key.on_update}"
    if key.on_delete != "NO ACTION":
        text += f" ON DELETE {key.on_delete}"
        if key.delete_columns:
            text += f" {columns(key.delete_columns)}"
    if key.deferrable:
        text += " DEFERRABLE"
    if key.initially_deferred:
        text += " INITIALLY DEFERRED"
    if not key.enforced:
        return f"{text} NOT ENFORCED"
    return text if key.validated else f"{text} NOT VALID"


def _with_period(names: tuple[str, ...]) -> str:
    *plain, last = (quote(name) for name in names)
    return f"({', '.join([*plain, f'PERIOD {last}'])})"
