"""Reads CREATE TABLE, as SQLite keeps it: what its PRAGMAs do not tell stands only there."""

from __future__ import annotations

import msgspec

from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.objects import ReferentialAction

_CONSTRAINTS = (
    "CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS",
    "DEFERRABLE",
)  # fmt: skip
_TABLE_CONSTRAINTS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")
_ACTIONS: dict[str, ReferentialAction] = {
    "SET NULL": "SET NULL",
    "SET DEFAULT": "SET DEFAULT",
    "CASCADE": "CASCADE",
    "RESTRICT": "RESTRICT",
    "NO ACTION": "NO ACTION",
}


class WrittenKey(msgspec.Struct, frozen=True, kw_only=True):
    """PRIMARY KEY or UNIQUE. ``parts`` are ``(column, collation, descending)``, empty for that of a column."""

    name: str | None = None
    parts: tuple[tuple[str, str | None, bool], ...] = ()
    descending: bool = False
    autoincrement: bool = False
    on_conflict: str | None = None


class WrittenCheck(msgspec.Struct, frozen=True, kw_only=True):
    """CHECK with its expression, without the parentheses."""

    expression: str
    name: str | None = None


class WrittenReference(msgspec.Struct, frozen=True, kw_only=True):
    """FOREIGN KEY or REFERENCES; ``columns`` are empty for that of a column."""

    table: str
    referenced: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    name: str | None = None
    on_update: ReferentialAction = "NO ACTION"
    on_delete: ReferentialAction = "NO ACTION"
    match: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False


class WrittenColumn(msgspec.Struct, kw_only=True):
    """A column's definition."""

    name: str
    type: str = ""
    not_null: bool = False
    not_null_on_conflict: str | None = None
    default: str | None = None
    collation: str | None = None
    generated: str | None = None
    stored: bool = False
    primary_key: WrittenKey | None = None
    unique: WrittenKey | None = None
    checks: list[WrittenCheck] = msgspec.field(default_factory=list)
    references: list[WrittenReference] = msgspec.field(default_factory=list)


class WrittenTable(msgspec.Struct, kw_only=True):
    """A table's definition."""

    columns: list[WrittenColumn] = msgspec.field(default_factory=list)
    primary_key: WrittenKey | None = None
    uniques: list[WrittenKey] = msgspec.field(default_factory=list)
    checks: list[WrittenCheck] = msgspec.field(default_factory=list)
    references: list[WrittenReference] = msgspec.field(default_factory=list)
    without_rowid: bool = False
    strict: bool = False


def read_table(sql: str) -> WrittenTable:
    """Read the text of ``sqlite_schema.sql``; what is not understood is left out, so the caller compares."""
    reader = TokenReader(sql.encode())
    table = WrittenTable()
    while not reader.done() and not reader.is_at("("):
        reader.next()
    first, last = reader.skip_group()
    after = reader.at
    for start, end in reader.items(first, last):
        piece = TokenReader(sql.encode(), reader.between(start, end))
        if piece.peek().word() in _TABLE_CONSTRAINTS:
            _read_constraints(piece, table)
        elif piece.is_name():
            table.columns.append(read_column(piece))
            if not piece.done():
                _read_constraints(piece, table)
    options = TokenReader(sql.encode(), reader.between(after, after + 16))
    while not options.done():
        table.without_rowid |= options.take("WITHOUT", "ROWID")
        table.strict |= options.take("STRICT")
        options.take(",") or options.done() or options.peek().word() in ("WITHOUT", "STRICT") or options.next()
    return table


def read_column(reader: TokenReader) -> WrittenColumn:
    """Read a column's definition, up to the first word that cannot belong to it."""
    column = WrittenColumn(name=reader.name())
    start = reader.at
    while (reader.is_name() and reader.peek().word() not in _CONSTRAINTS) or (reader.at > start and reader.is_at("(")):
        if reader.is_at("("):
            reader.skip_group()
        else:
            reader.next()
    column.type = reader.text(start, reader.at)
    name: str | None = None
    while not reader.done():
        if reader.take("CONSTRAINT"):
            name = reader.name()
            continue
        if not _read_column_constraint(reader, column, name):
            break
        name = None
    return column


def _read_column_constraint(reader: TokenReader, column: WrittenColumn, name: str | None) -> bool:
    """Read one constraint of a column; False where there is none."""
    return _read_key(reader, column, name) or _read_rule(reader, column, name) or _read_value(reader, column)


def _read_key(reader: TokenReader, column: WrittenColumn, name: str | None) -> bool:
    if reader.take("PRIMARY", "KEY"):
        descending = reader.take_any("ASC", "DESC") == "DESC"
        conflict = _on_conflict(reader)
        column.primary_key = WrittenKey(
            name=name, descending=descending, on_conflict=conflict, autoincrement=reader.take("AUTOINCREMENT")
        )
    elif reader.take("UNIQUE"):
        column.unique = WrittenKey(name=name, on_conflict=_on_conflict(reader))
    elif reader.is_at("REFERENCES"):
        column.references.append(_reference(reader, name, ()))
    else:
        return False
    return True


def _read_rule(reader: TokenReader, column: WrittenColumn, name: str | None) -> bool:
    if reader.take("NOT", "NULL"):
        column.not_null = True
        column.not_null_on_conflict = _on_conflict(reader)
    elif reader.take("NULL"):
        _on_conflict(reader)
    elif reader.take("CHECK"):
        column.checks.append(WrittenCheck(name=name, expression=reader.text(*reader.skip_group())))
        _on_conflict(reader)
    else:
        return False
    return True


def _read_value(reader: TokenReader, column: WrittenColumn) -> bool:
    if reader.take("DEFAULT"):
        column.default = _default(reader)
    elif reader.take("COLLATE"):
        column.collation = reader.name()
    elif reader.take("GENERATED", "ALWAYS") or reader.is_at("AS"):
        reader.take("AS")
        column.generated = reader.text(*reader.skip_group())
        column.stored = reader.take_any("STORED", "VIRTUAL") == "STORED"
    else:
        return False
    return True


def _default(reader: TokenReader) -> str:
    start = reader.at
    if reader.is_at("("):
        reader.skip_group()
    else:
        if reader.peek().text in (b"+", b"-"):
            reader.next()
        reader.next()
    return reader.text(start, reader.at)


def _read_constraints(reader: TokenReader, table: WrittenTable) -> None:
    """Read table constraints, between which SQLite does not insist on commas."""
    name: str | None = None
    while not reader.done():
        if reader.take("CONSTRAINT"):
            name = reader.name()
            continue
        if reader.take("PRIMARY", "KEY"):
            table.primary_key = _key(reader, name)
        elif reader.take("UNIQUE"):
            table.uniques.append(_key(reader, name))
        elif reader.take("CHECK"):
            table.checks.append(WrittenCheck(name=name, expression=reader.text(*reader.skip_group())))
            _on_conflict(reader)
        elif reader.take("FOREIGN", "KEY"):
            first, last = reader.skip_group()
            columns = tuple(reader.between(*item)[0].name() for item in reader.items(first, last))
            table.references.append(_reference(reader, name, columns))
        else:
            return
        name = None


def _key(reader: TokenReader, name: str | None) -> WrittenKey:
    first, last = reader.skip_group()
    parts = []
    autoincrement = False
    for start, end in reader.items(first, last):
        words = [token.word() for token in reader.between(start, end)]
        collation = reader.between(start, end)[words.index("COLLATE") + 1].name() if "COLLATE" in words else None
        autoincrement |= "AUTOINCREMENT" in words
        parts.append((reader.between(start, end)[0].name(), collation, "DESC" in words[1:]))
    return WrittenKey(name=name, parts=tuple(parts), autoincrement=autoincrement, on_conflict=_on_conflict(reader))


def _on_conflict(reader: TokenReader) -> str | None:
    if not reader.take("ON", "CONFLICT"):
        return None
    return reader.next().word()


def _reference(reader: TokenReader, name: str | None, columns: tuple[str, ...]) -> WrittenReference:
    reader.take("REFERENCES")
    table = reader.name()
    referenced: tuple[str, ...] = ()
    if reader.is_at("("):
        first, last = reader.skip_group()
        referenced = tuple(reader.between(*item)[0].name() for item in reader.items(first, last))
    actions: dict[str, ReferentialAction] = {}
    match = None
    deferrable = initially_deferred = False
    while not reader.done():
        if reader.take("ON", "DELETE"):
            actions["delete"] = _action(reader)
        elif reader.take("ON", "UPDATE"):
            actions["update"] = _action(reader)
        elif reader.take("MATCH"):
            match = reader.name()
        elif reader.is_at("NOT", "DEFERRABLE") or reader.is_at("DEFERRABLE"):
            deferrable = not reader.take("NOT")
            reader.take("DEFERRABLE")
            if reader.take("INITIALLY"):
                initially_deferred = reader.next().word() == "DEFERRED" and deferrable
        else:
            break
    return WrittenReference(
        table=table,
        referenced=referenced,
        columns=columns,
        name=name,
        on_update=actions.get("update", "NO ACTION"),
        on_delete=actions.get("delete", "NO ACTION"),
        match=match,
        deferrable=deferrable,
        initially_deferred=initially_deferred,
    )


def _action(reader: TokenReader) -> ReferentialAction:
    first = reader.next().word()
    return _ACTIONS[f"{first} {reader.next().word()}" if first in ("SET", "NO") else first]
