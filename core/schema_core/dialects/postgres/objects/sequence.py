"""Sequences."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import qualified, quote, table_of
from schema_core.schema.objects import Identity, Sequence


class PostgresSequence(Sequence, frozen=True, kw_only=True):
    """A sequence; one that is unlogged loses its value in a crash (PostgreSQL 15)."""

    unlogged: bool = False


def create(sequence: PostgresSequence) -> str:
    """CREATE SEQUENCE, not yet tied to a column."""
    unlogged = "UNLOGGED " if sequence.unlogged else ""
    return f"CREATE {unlogged}SEQUENCE {qualified(sequence.ref)} AS {sequence.type} {options(sequence)}"


def own(sequence: PostgresSequence) -> str | None:
    """ALTER SEQUENCE … OWNED BY, None when no column owns it."""
    if sequence.owned_by is None:
        return None
    owner = sequence.owned_by
    return f"ALTER SEQUENCE {qualified(sequence.ref)} OWNED BY {table_of(owner)}.{quote(owner.name)}"


def options(numbers: Sequence | Identity) -> str:
    """The options of a sequence or of an identity column."""
    cycle = " CYCLE" if numbers.cycle else ""
    return (
        f"INCREMENT BY {numbers.increment} MINVALUE {numbers.minimum} MAXVALUE {numbers.maximum} "
        f"START WITH {numbers.start} CACHE {numbers.cache}{cycle}"
    )
