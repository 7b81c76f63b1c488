"""Statements about rows."""

from __future__ import annotations

from schema_core.dialects.sqlite.classify.names import flags, target
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

_CONFLICT = ("ROLLBACK", "ABORT", "REPLACE", "FAIL", "IGNORE")
FILTERS = ("WHERE", "LIMIT", "GROUP", "HAVING", "EXCEPT", "INTERSECT", "JOIN")
"""Words of a query that may leave rows of its first table out."""


def _insert(reader: TokenReader) -> tuple[Action, ...]:
    conflict = reader.take_any(*_CONFLICT) if reader.take("OR") else None
    reader.take("INTO")
    table = target(reader, "table")
    if reader.take("AS"):
        reader.name()
    columns: tuple[str, ...] = ()
    if reader.is_at("("):
        columns = _names(reader, *reader.skip_group())
    if reader.is_at("WITH") or not reader.take("SELECT"):
        options = (f"or {conflict.lower()}",) if conflict else ()
        return (Action(kind="insert", table=table, columns=columns, options=options),)
    distinct = reader.take("DISTINCT")
    first = reader.at
    there = reader.seek("FROM")
    values = reader.items(first, reader.at)
    filtered = distinct or (there and reader.seek(*FILTERS))
    options = (*((f"or {conflict.lower()}",) if conflict else ()), *flags(select=there, filtered=filtered))
    insert = Action(kind="insert", table=table, columns=columns, options=options)
    return (insert, *_computed(reader, table, columns, values))


def _replace(reader: TokenReader) -> tuple[Action, ...]:
    actions = _insert(reader)
    first = actions[0]
    return (
        Action(kind="insert", table=first.table, columns=first.columns, options=("or replace", *first.options)),
        *actions[1:],
    )


def _computed(
    reader: TokenReader, table: Ref, columns: tuple[str, ...], values: list[tuple[int, int]]
) -> tuple[Action, ...]:
    """Where each column's value comes from."""
    found = []
    for column, (first, last) in zip(columns, values, strict=False):
        tokens = reader.between(first, last)
        alias = len(tokens) == 3 and tokens[1].word() == "AS"
        if (len(tokens) == 1 or alias) and tokens[0].kind in ("word", "quoted") and tokens[0].word() != "NULL":
            quoted = flags(in_double_quotes=tokens[0].text[:1] == b'"')
            found.append(
                Action(kind="copy column", table=table, columns=(column,), options=quoted, detail=tokens[0].name())
            )
        else:
            found.append(Action(kind="compute column", table=table, columns=(column,)))
    return tuple(found)


def _update(reader: TokenReader) -> tuple[Action, ...]:
    if reader.take("OR"):
        reader.next()
    table = target(reader, "table")
    if not reader.seek("SET"):
        return (Action(kind="update", table=table),)
    reader.take("SET")
    first = reader.at
    reader.seek("WHERE", "FROM", "RETURNING")
    names: list[str] = []
    for start, last in reader.items(first, reader.at):
        tokens = reader.between(start, last)
        if tokens and tokens[0].text == b"(":
            names += [token.name() for token in tokens[1:] if token.kind in ("word", "quoted")]
        elif tokens:
            names.append(tokens[0].name())
    return (Action(kind="update", table=table, columns=tuple(names), options=flags(where=reader.seek("WHERE"))),)


def _delete(reader: TokenReader) -> tuple[Action, ...]:
    reader.take("FROM")
    table = target(reader, "table")
    return (Action(kind="delete", table=table, options=flags(where=reader.seek("WHERE"))),)


def _select(_: TokenReader) -> tuple[Action, ...]:
    return (Action(kind="select"),)


def _with(reader: TokenReader) -> tuple[Action, ...]:
    """A statement behind common table expressions."""
    if not reader.seek("INSERT", "REPLACE", "UPDATE", "DELETE", "SELECT", "VALUES"):
        return ()
    word = reader.next().word()
    return READERS[word](reader)


def _names(reader: TokenReader, first: int, last: int) -> tuple[str, ...]:
    return tuple(token.name() for token in reader.between(first, last) if token.text != b",")


READERS = {
    "INSERT": _insert,
    "REPLACE": _replace,
    "UPDATE": _update,
    "DELETE": _delete,
    "SELECT": _select,
    "VALUES": _select,
    "WITH": _with,
}
