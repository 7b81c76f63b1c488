"""Foreign keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schema_core.dialects.sqlite.create_table import WrittenReference, WrittenTable
from schema_core.dialects.sqlite.objects.keys import constraint
from schema_core.dialects.sqlite.quoting import listed, quote
from schema_core.schema.objects import ForeignKey
from schema_core.schema.ref import Ref


class SqliteForeignKey(ForeignKey, frozen=True, kw_only=True):
    """A foreign key; ``named`` says whether it has the name in SQL or is called after its columns.

    ``implied`` says that the text leaves the referenced columns to the other table's primary key.
    """

    named: bool = False
    implied: bool = False
    match: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False


def read(
    table: Ref, written: WrittenTable, table_named: Callable[[str], Ref], key_of: Callable[[str], tuple[str, ...]]
) -> Iterator[SqliteForeignKey]:
    """The table's foreign keys; ``table_named`` and ``key_of`` answer for the other table."""
    references = [(reference, (column.name,)) for column in written.columns for reference in column.references]
    for reference, columns in (*references, *((reference, reference.columns) for reference in written.references)):
        yield _read(table, reference, columns, table_named, key_of)


def _read(
    table: Ref,
    written: WrittenReference,
    columns: tuple[str, ...],
    table_named: Callable[[str], Ref],
    key_of: Callable[[str], tuple[str, ...]],
) -> SqliteForeignKey:
    return SqliteForeignKey(
        ref=Ref("foreign key", table.schema, table.name, written.name or f"FOREIGN KEY {listed(columns)}"),
        columns=columns,
        references=table_named(written.table),
        referenced_columns=written.referenced or key_of(written.table),
        on_update=written.on_update,
        on_delete=written.on_delete,
        named=written.name is not None,
        implied=not written.referenced,
        match=written.match,
        deferrable=written.deferrable,
        initially_deferred=written.initially_deferred,
    )


def define(key: SqliteForeignKey, name: str | None) -> str:
    """The constraint's line of CREATE TABLE; ``name`` is its name in SQL."""
    columns = f"FOREIGN KEY {listed(key.columns)} "
    return f"{constraint(name)}{columns}{_references(key)}"


def refer(key: SqliteForeignKey, name: str | None) -> str:
    """The constraint's words at its one column."""
    return f"{constraint(name)}{_references(key)}"


def _references(key: SqliteForeignKey) -> str:
    referenced = "" if key.implied else f" {listed(key.referenced_columns)}"
    text = f"REFERENCES {quote(key.references.name)}{referenced}"
    if key.on_update != "NO ACTION":
        text += f" ON UPDATE {key.on_update}"
    if key.on_delete != "NO ACTION":
        text += f" ON DELETE {key.on_delete}"
    if key.match is not None:
        text += f" MATCH {key.match}"
    if key.deferrable:
        text += f" DEFERRABLE INITIALLY {'DEFERRED' if key.initially_deferred else 'IMMEDIATE'}"
    return text
