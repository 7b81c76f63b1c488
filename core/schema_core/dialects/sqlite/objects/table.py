"""Tables."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.dialects.sqlite.create_table import WrittenTable
from schema_core.dialects.sqlite.quoting import quote
from schema_core.schema.objects import Table
from schema_core.schema.ref import Ref


class SqliteTable(Table, frozen=True, kw_only=True):
    """A table with its options."""

    without_rowid: bool = False
    strict: bool = False


def read(ref: Ref, written: WrittenTable) -> SqliteTable:
    """The table itself, without what belongs to it."""
    return SqliteTable(ref=ref, without_rowid=written.without_rowid, strict=written.strict)


def create(table: SqliteTable, name: str, lines: Sequence[str]) -> str:
    """CREATE TABLE under this name with the definitions of its columns and constraints."""
    options = [word for word, is_set in (("STRICT", table.strict), ("WITHOUT ROWID", table.without_rowid)) if is_set]
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {quote(name)} (\n  {body}\n){' ' if options else ''}{', '.join(options)}"
