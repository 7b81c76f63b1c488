"""What became of a statement outside of transactions whose end nobody saw, as far as the catalogs tell."""

from __future__ import annotations

from typing import Any

import psycopg

from schema_core.dialects.postgres.quoting import quote
from schema_core.dialects.postgres.session import execution_error
from schema_core.dialects.postgres.split import split
from schema_core.dialects.protocol import SplitError
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action
from schema_core.sqltext.source import SourceText

_REPEATABLE = frozenset(
    {
        "alter system",
        "analyze",
        "begin",
        "checkpoint",
        "cluster",
        "discard",
        "lock table",
        "reindex",
        "reset parameter",
        "rollback",
        "savepoint",
        "set parameter",
        "set transaction",
        "vacuum",
    }
)
"""Kinds that do the same when they are run again."""

_BUILT = (
    "select pg_catalog.format('%%I.%%I', nspname, relname), indisvalid, array("
    "   select attname::text from pg_catalog.unnest(indkey) with ordinality as key (number, at)"
    "   join pg_catalog.pg_attribute on attrelid = indrelid and attnum = key.number order by at)"
    " from pg_catalog.pg_index join pg_catalog.pg_class on pg_class.oid = indexrelid"
    " join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace"
    " where indrelid = %(table)s::pg_catalog.regclass and relname = %(name)s"
)
"""An index is in its table's schema, whatever the text leaves out."""


def was_done(connection: psycopg.Connection[Any], text: str) -> bool | None:
    """See ``target.Target.was_done``; what an index built half leaves behind is dropped."""
    try:
        statements = list(split(SourceText("statement", text.encode())))
    except SplitError:
        return None
    actions = [action for statement in statements for action in statement.actions]
    try:
        answers = {_was_done(connection, action) for action in actions}
    except psycopg.Error as error:
        raise execution_error(error, "") from error
    return answers.pop() if len(answers) == 1 else None


def _was_done(connection: psycopg.Connection[Any], action: Action) -> bool | None:
    if action.kind in _REPEATABLE:
        return False
    if action.kind == "create index" and action.has("concurrently"):
        return _was_built(connection, action)
    if action.kind == "drop index" and action.target is not None:
        return not _exists(connection, action.target)
    return None


def _was_built(connection: psycopg.Connection[Any], action: Action) -> bool | None:
    """An index of that name on that table with those columns; an invalid one is dropped first, and was not built."""
    index, table = action.target, action.table
    if index is None or table is None or not index.name:
        return None
    found = connection.execute(_BUILT, {"name": index.name, "table": _written(table)}).fetchone()
    if found is None:
        # Another relation of this name makes the statement fail, as it would have done before.
        return False
    place, is_valid, columns = found
    if not is_valid:
        connection.execute(f"drop index concurrently if exists {place}".encode())
        return False
    return True if tuple(columns)[: len(action.columns)] == action.columns else None


def _exists(connection: psycopg.Connection[Any], ref: Ref) -> bool:
    row = connection.execute("select pg_catalog.to_regclass(%s) is not null", [_written(ref)]).fetchone()
    return bool(row and row[0])


def _written(ref: Ref) -> str:
    return f"{quote(ref.schema)}.{quote(ref.name)}" if ref.schema is not None else quote(ref.name)
