"""What of the rows of one state must still be there in another."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.sample_rows import KeptTable, RowState
from schema_core.schema.objects import Column, Sequence, Table
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


def kept_numbers(before: Realm, after: Realm) -> tuple[Ref, ...]:
    """The sequences that are there before and after, and the columns that make their own numbers in both."""
    own = [
        {one.owned_by for one in realm.of(Sequence)} | {one.ref for one in realm.of(Column) if one.identity is not None}
        for realm in (before, after)
    ]
    sequences = [one.ref for one in before.of(Sequence) if one.ref in after]
    return (*sequences, *(ref for ref in before if ref in own[0] and ref in own[1]))


def lost(before: RowState, after: RowState) -> Iterator[str]:
    """What of the rows and numbers is gone or changed, in words."""
    for ref, rows in before.tables.items():
        now = after.tables.get(ref)
        if now is None or now.count != rows.count:
            held = now.count if now is not None else 0
            yield f"table {ref.label()} held {rows.count} rows and holds {held}"
        elif now.digest != rows.digest:
            yield f"table {ref.label()} holds other values than before in columns that stay"
    for ref, number in before.numbers.items():
        if (now_at := after.numbers.get(ref)) != number:
            yield f"{ref.kind} {ref.label()} stood at {_number(number)} and stands at {_number(now_at)}"


def _is_kept(column: Column, later: object) -> bool:
    return (
        isinstance(later, Column) and later.type == column.type and column.generated is None and later.generated is None
    )


def _number(number: int | None) -> str:
    return "its start" if number is None else str(number)
