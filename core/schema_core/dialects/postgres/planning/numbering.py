"""Columns whose numbers come from another place than before: a sequence of their own, or an identity."""

from __future__ import annotations

import msgspec

from schema_core.dialects.postgres.objects import column, sequence
from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.column_changes import changes
from schema_core.dialects.postgres.objects.sequence import PostgresSequence
from schema_core.dialects.postgres.planning.drafts import Draft, Rank
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.wording import modify_table
from schema_core.dialects.postgres.quoting import qualified, quote, table_of
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.ref import Ref


def numbers_move(situation: Situation, before: PostgresColumn, after: PostgresColumn) -> Draft | None:
    """From a sequence of the column's own to an identity or back: the place where the numbers stand is kept."""
    ref = after.ref
    if (before.identity is None) == (after.identity is None):
        return None
    pool = situation.dropped if after.identity is not None else situation.created
    owned = [one for one in pool.values() if isinstance(one, PostgresSequence) and one.owned_by == ref]
    if len(owned) != 1:
        return None
    (numbers,) = owned
    forwards, backwards = _to_identity(numbers, before, after), _to_sequence(numbers, after, before)
    if before.identity is not None:
        forwards, backwards = _to_sequence(numbers, before, after), _to_identity(numbers, after, before)
    comment = modify_table(ref)
    return Draft(
        key=f"alter {described(ref)}",
        rank=Rank.ALTER_TABLE,
        statements=[
            PlannedStatement(text=text, comment=comment, reverse=() if number else tuple(backwards))
            for number, text in enumerate(forwards)
        ],
        makes={ref, numbers.ref} if before.identity is not None else {ref},
        ends={numbers.ref} if after.identity is not None else set(),
    )


def _to_identity(numbers: PostgresSequence, before: PostgresColumn, after: PostgresColumn) -> list[str]:
    alter = f"ALTER TABLE {table_of(after.ref)}"
    spare = Ref("sequence", numbers.ref.schema, None, f"{numbers.ref.name[:50]}__old")
    made = Ref("sequence", after.ref.schema, None, after.identity_sequence or "")
    inner = without_numbers(before)
    outer = without_numbers(after)
    clauses = [f"ALTER COLUMN {quote(after.ref.name)} DROP DEFAULT", *changes(inner, outer)]
    return [
        f"{alter} {', '.join(clauses)}",
        f"ALTER SEQUENCE {qualified(numbers.ref)} OWNED BY NONE",
        f"ALTER SEQUENCE {qualified(numbers.ref)} RENAME TO {quote(spare.name)}",
        f"{alter} ALTER COLUMN {quote(after.ref.name)} ADD {column.identity_clause(after)}",
        sequence.go_on(made, spare),
        f"DROP SEQUENCE {qualified(spare)}",
    ]


def _to_sequence(numbers: PostgresSequence, before: PostgresColumn, after: PostgresColumn) -> list[str]:
    alter = f"ALTER TABLE {table_of(after.ref)}"
    spare = PostgresSequence(
        **{
            **{name: getattr(numbers, name) for name in numbers.__struct_fields__},
            "ref": Ref("sequence", numbers.ref.schema, None, f"{numbers.ref.name[:50]}__new"),
        }
    )
    made = Ref("sequence", before.ref.schema, None, before.identity_sequence or "")
    clauses = [
        f"ALTER COLUMN {quote(after.ref.name)} DROP IDENTITY",
        *changes(without_numbers(before), without_numbers(after)),
    ]
    statements = [
        sequence.create(spare),
        sequence.go_on(spare.ref, made),
        f"{alter} {', '.join(clauses)}",
        f"ALTER SEQUENCE {qualified(spare.ref)} RENAME TO {quote(numbers.ref.name)}",
        f"{alter} ALTER COLUMN {quote(after.ref.name)} SET DEFAULT {after.default}",
    ]
    owning = sequence.own(numbers)
    return [*statements, owning] if owning is not None else statements


def without_numbers(item: PostgresColumn) -> PostgresColumn:
    """The column without a default and an identity."""
    return msgspec.structs.replace(item, default=None, identity=None, identity_sequence=None)
