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
    own, theirs = columns(key.columns), columns(key.referenced_columns)
    if key.period:
        own, theirs = _with_period(key.columns), _with_period(key.referenced_columns)
    text = (
        f"ALTER TABLE {table_of(key.ref)} ADD CONSTRAINT {quote(key.ref.name)} FOREIGN KEY {own} "
        f"REFERENCES {qualified(key.references)} {theirs}"
    )
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
