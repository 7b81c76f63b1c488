"""Columns of views and materialized views, as far as their query does not say everything about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from schema_core.dialects.postgres.objects.column import settings
from schema_core.dialects.postgres.quoting import literal, qualified, quote
from schema_core.schema.ref import Ref


class ViewColumn(msgspec.Struct, frozen=True, kw_only=True):
    """What was said about a column of a view or materialized view after its query."""

    name: str
    comment: str | None = None
    default: str | None = None
    storage: str | None = None
    compression: str | None = None
    statistics: int | None = None
    options: tuple[str, ...] = ()


def adjust(view: Ref, columns: Sequence[ViewColumn]) -> Iterator[str]:
    """ALTER … and COMMENT ON COLUMN for what a view's query cannot say."""
    for column in columns:
        alter = f"ALTER {view.kind.upper()} {qualified(view)} ALTER COLUMN {quote(column.name)}"
        if column.default is not None:
            yield f"{alter} SET DEFAULT {column.default}"
        yield from settings(alter, column.storage, column.compression, column.statistics, column.options)
        if column.comment is not None:
            yield f"COMMENT ON COLUMN {qualified(view)}.{quote(column.name)} IS {literal(column.comment)}"
