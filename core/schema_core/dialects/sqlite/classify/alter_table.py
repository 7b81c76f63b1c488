"""ALTER TABLE: SQLite's own four forms, and those that only newer ones know."""

from __future__ import annotations

from schema_core.dialects.sqlite.classify.names import flags, target
from schema_core.dialects.sqlite.create_table import read_column
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action


def read(reader: TokenReader) -> tuple[Action, ...]:
    """What follows ALTER."""
    if not reader.take("TABLE"):
        return (Action(kind="other", detail="alter"),)
    table = target(reader, "table")
    word = reader.take_any("RENAME", "ADD", "DROP", "ALTER")
    if word == "RENAME":
        return (_rename(reader, table),)
    if word == "ADD":
        return (_add(reader, table),)
    if word == "DROP":
        return (_drop(reader, table),)
    if word == "ALTER":
        reader.take("COLUMN")
        return (Action(kind="alter column", target=_column(table, reader.name()), table=table, detail=reader.rest()),)
    return (Action(kind="other", detail="alter table"),)


def _drop(reader: TokenReader, table: Ref) -> Action:
    if reader.take("CONSTRAINT"):
        return Action(kind="drop constraint", table=table, detail=reader.name())
    reader.take("COLUMN")
    return Action(kind="drop column", target=_column(table, reader.name()), table=table)


def _rename(reader: TokenReader, table: Ref) -> Action:
    if reader.take("TO"):
        return Action(kind="rename table", target=table, table=table, detail=reader.name())
    reader.take("COLUMN")
    column = _column(table, reader.name())
    reader.take("TO")
    return Action(kind="rename column", target=column, table=table, detail=reader.name())


def _add(reader: TokenReader, table: Ref) -> Action:
    if not reader.take("COLUMN") and reader.take_any("CONSTRAINT", "CHECK", "UNIQUE", "FOREIGN", "PRIMARY"):
        return Action(kind="add constraint", table=table)
    column = read_column(reader)
    return Action(
        kind="add column",
        target=_column(table, column.name),
        table=table,
        options=flags(
            not_null=column.not_null,
            default=column.default is not None,
            generated_stored=column.generated is not None and column.stored,
            generated_virtual=column.generated is not None and not column.stored,
            primary_key=column.primary_key is not None,
            unique=column.unique is not None,
            check=column.checks,
            references=column.references,
            collate=column.collation is not None,
        ),
        detail=column.type,
    )


def _column(table: Ref, name: str) -> Ref:
    return Ref("column", table.schema, table.name, name)
