"""Refusals that are about the rows that are there, not about the statement."""

from __future__ import annotations

import sqlite3

from schema_core.dialects.sqlite.catalog import SCHEMA
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.ref import Ref

_CODES = frozenset({sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH})
_PLAIN_ERRORS = ("CHECK constraint failed", "NOT NULL constraint failed", "malformed JSON", "integer overflow")
"""What is said of rows under the code that stands for every other error, by ALTER TABLE and by expressions."""
_BEFORE_NAME = {"INSERT": "FROM", "REPLACE": "FROM", "CREATE": "ON", "ALTER": "TABLE", "UPDATE": "UPDATE"}


def is_over_rows(error: Exception) -> bool:
    """Whether SQLite refused what the rows hold."""
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return False
    # An extended code holds the plain one in its lowest byte.
    return code & 0xFF in _CODES or str(error).startswith(_PLAIN_ERRORS)


def table_of(sql: str) -> Ref | None:
    """The table whose rows a statement reads, where it says so in its first words."""
    reader = TokenReader(sql.encode())
    word = _BEFORE_NAME.get(reader.peek().word())
    if word is None or not reader.seek(word):
        return None
    reader.next()
    return Ref("table", SCHEMA, None, reader.qualified()[1]) if reader.is_name() else None
