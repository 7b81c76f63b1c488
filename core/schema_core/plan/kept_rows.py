"""What of the rows of one state must still be there in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schema_core.dialects.sample_rows import KeptTable, RowState
from schema_core.schema.objects import Column, PrimaryKey, Sequence, Table
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def kept_tables(before: Realm, after: Realm) -> tuple[KeptTable, ...]:
    """The tables that are there before and after, each with the columns whose values nothing may change."""
    return tuple(
        KeptTable(
            ref=table.ref,
            columns=tuple(
                item.ref.name
                for item in before.children(table.ref)
                if isinstance(item, Column) and _is_kept(item, after.get(item.ref))
            ),
        )
        for table in before.of(Table)
        if table.ref in after
    )


def kept_numbers(before: Realm, after: Realm) -> Mapping[Ref, int]:
    """The sequences that are there before and after, and the columns that make their own numbers in both.

    Each has the step by which it goes on afterwards.
    """
    steps = _steps(after)
    return {ref: steps[ref] for ref in _steps(before) if ref in steps}


def lost(before: RowState, after: RowState, steps: Mapping[Ref, int]) -> Iterator[str]:
    """What of the rows is gone or changed, and which numbers fell back, in words; ``steps`` are ``kept_numbers``."""
    for ref, rows in before.tables.items():
        now = after.tables.get(ref)
        if now is None or now.count != rows.count:
            held = now.count if now is not None else 0
            yield f"table {ref.label()} held {rows.count} rows and holds {held}"
        elif now.digest != rows.digest:
            yield f"table {ref.label()} holds other values than before in columns that stay"
    for ref, number in before.numbers.items():
        reached = after.numbers.get(ref)
        if number is not None and (reached is None or (reached - number) * steps[ref] < 0):
            stands = "its start" if reached is None else str(reached)
            yield f"{ref.kind} {ref.label()} stood at {number} and stands at {stands}"


def _steps(realm: Realm) -> dict[Ref, int]:
    found: dict[Ref, int] = {}
    for sequence in realm.of(Sequence):
        found[sequence.ref] = sequence.increment
        if sequence.owned_by is not None:
            found[sequence.owned_by] = sequence.increment
    for key in realm.of(PrimaryKey):
        if key.makes_numbers():
            found[Ref("column", key.ref.schema, key.ref.parent, key.columns[0])] = 1
    found.update({column.ref: column.identity.increment for column in realm.of(Column) if column.identity is not None})
    return found


def _is_kept(column: Column, later: object) -> bool:
    return (
        isinstance(later, Column) and later.type == column.type and column.generated is None and later.generated is None
    )
