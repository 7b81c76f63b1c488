"""Sequences."""

from __future__ import annotations

from schema_core.dialects.postgres.quoting import literal, qualified, quote, table_of
from schema_core.schema.objects import Identity, Sequence
from schema_core.schema.ref import Ref


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


def alter(before: PostgresSequence, after: PostgresSequence) -> list[str]:
    """ALTER SEQUENCE for what differs; never where the sequence stands."""
    name = qualified(after.ref)
    words = [f"AS {after.type}"] if before.type != after.type else []
    # A new type moves limits that were those of the old one, so they are said then.
    words += [
        f"{word} {getattr(after, field)}"
        for field, word in _OPTIONS.items()
        if getattr(before, field) != getattr(after, field) or (words and field in ("minimum", "maximum"))
    ]
    if before.cycle != after.cycle:
        words.append("CYCLE" if after.cycle else "NO CYCLE")
    statements = [f"ALTER SEQUENCE {name} {' '.join(words)}"] if words else []
    if before.unlogged != after.unlogged:
        statements.append(f"ALTER SEQUENCE {name} SET {'UNLOGGED' if after.unlogged else 'LOGGED'}")
    return statements


_OPTIONS = {
    "increment": "INCREMENT BY", "minimum": "MINVALUE", "maximum": "MAXVALUE", "start": "START WITH", "cache": "CACHE",
}  # fmt: skip


def identity_changes(before: Identity, after: Identity) -> str:
    """The SET clauses of ALTER COLUMN that make one identity another."""
    words = []
    if before.always != after.always:
        words.append(f"SET GENERATED {'ALWAYS' if after.always else 'BY DEFAULT'}")
    words += [
        f"SET {word} {getattr(after, field)}"
        for field, word in _OPTIONS.items()
        if getattr(before, field) != getattr(after, field)
    ]
    if before.cycle != after.cycle:
        words.append(f"SET {'CYCLE' if after.cycle else 'NO CYCLE'}")
    return " ".join(words)


def go_on(sequence: Ref, other: Ref) -> str:
    """Let a sequence go on where another stands."""
    return (
        f"SELECT pg_catalog.setval({literal(qualified(sequence))}, last_value, is_called) "  # noqa: S608 - quoted
        f"FROM {qualified(other)}"
    )


def options(numbers: Sequence | Identity) -> str:
    """The options of a sequence or of an identity column."""
    cycle = " CYCLE" if numbers.cycle else ""
    return (
        f"INCREMENT BY {numbers.increment} MINVALUE {numbers.minimum} MAXVALUE {numbers.maximum} "
        f"START WITH {numbers.start} CACHE {numbers.cache}{cycle}"
    )
