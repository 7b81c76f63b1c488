"""Whether the default of a new column fits its own CHECK: SQLite asks that of every row that is there."""

from __future__ import annotations

import sqlite3

from schema_core.dialects.sqlite.create_table import read_column
from schema_core.dialects.sqlite.quoting import quote
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.observations import Evidence
from schema_core.schema.statements import Statement

SOURCE = "evaluated"


def refused_defaults(connection: sqlite3.Connection, statement: Statement) -> tuple[Evidence, ...]:
    """The CHECK constraints of a column that ALTER TABLE adds which are false for its default.

    One that speaks of other columns too is left to the rows.
    """
    if not any(action.kind == "add column" and action.has("check") for action in statement.actions):
        return ()
    reader = TokenReader(statement.text.encode())
    reader.seek("ADD")
    reader.next()
    reader.take("COLUMN")
    column = read_column(reader)
    found = []
    for check in column.checks:
        given = f"select {column.default or 'null'} as {quote(column.name)}"
        try:
            (holds,) = connection.execute(f"select ({check.expression}) from ({given})").fetchone()  # noqa: S608
        except sqlite3.Error:
            continue
        if holds is not None and not holds:
            detail = f"CHECK ({check.expression}) is false for {column.default}"
            found.append(Evidence(source=SOURCE, detail=detail))
    return tuple(found)
