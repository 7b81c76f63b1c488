"""Changes that SQLite cannot make in place: a new table is made, takes the rows and then the old one's name.

The steps are those of https://www.sqlite.org/lang_altertable.html, section 7, in the order that keeps references of
other tables: they always name the table, which is never renamed itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.sqlite.objects.column import SqliteColumn
from schema_core.dialects.sqlite.objects.primary_key import SqlitePrimaryKey
from schema_core.dialects.sqlite.objects.table import SqliteTable
from schema_core.dialects.sqlite.planning.in_place import is_constant
from schema_core.dialects.sqlite.quoting import fold, listed, quote
from schema_core.dialects.sqlite.render import create_table
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.realm import Realm

_ROWID = ("rowid", "_rowid_", "oid")


def rebuild(table: SqliteTable, before: Realm, after: Realm, taken: set[str]) -> Iterator[PlannedStatement]:
    """Make a table anew as the state after has it; ``taken`` are folded names that are in use, and gets the new one.

    What belongs to the table and is no part of CREATE TABLE (indexes, triggers) is gone afterwards.
    """
    name = table.ref.name
    spare = f"new_{name}"
    while fold(spare) in taken:
        spare = f"new_{spare}"
    taken.add(fold(spare))
    yield PlannedStatement(text=create_table(table, after, called=spare), comment=f'create "{spare}" table')
    if _counts(table, before) and _counts(table, after):
        yield PlannedStatement(
            text=f"INSERT INTO sqlite_sequence (name, seq) SELECT {_text(spare)}, seq FROM sqlite_sequence "  # noqa: S608 - quoted
            f"WHERE name = {_text(name)}",
            comment=f'keep the counter of table "{name}"',
        )
    targets, sources = _copied(table, before, after)
    yield PlannedStatement(
        text=f"INSERT INTO {quote(spare)} {targets} SELECT {sources} FROM {quote(name)}",  # noqa: S608 - quoted
        comment=f'copy rows from old table "{name}" to new temporary table "{spare}"',
    )
    yield PlannedStatement(text=f"DROP TABLE {quote(name)}", comment=f'drop "{name}" table after copying rows')
    yield PlannedStatement(
        text=f"ALTER TABLE {quote(spare)} RENAME TO {quote(name)}",
        comment=f'rename temporary table "{spare}" to "{name}"',
    )


def _counts(table: SqliteTable, realm: Realm) -> bool:
    return any(isinstance(item, SqlitePrimaryKey) and item.autoincrement for item in realm.children(table.ref))


def _copied(table: SqliteTable, before: Realm, after: Realm) -> tuple[str, str]:
    """The columns to copy, and what to read for them: every column that both have and that is not computed."""
    old = {fold(item.ref.name): item for item in before.children(table.ref) if isinstance(item, SqliteColumn)}
    new = [item for item in after.children(table.ref) if isinstance(item, SqliteColumn) and item.generated is None]
    pairs = [(old[fold(item.ref.name)], item) for item in new if fold(item.ref.name) in old]
    if pairs:
        return listed(item.ref.name for _, item in pairs), ", ".join(_source(*pair) for pair in pairs)
    shadowed = {*old, *(fold(item.ref.name) for item in new)}
    rowid = next((name for name in _ROWID if name not in shadowed), None)
    tables = (before.get(table.ref), table)
    if rowid is None or any(isinstance(item, SqliteTable) and item.without_rowid for item in tables):
        raise UserError(
            f"Table {table.ref.name} keeps none of its columns, so its rows cannot be kept; drop the table and create "
            "it under another name, or change its columns in two steps."
        )
    return f"({rowid})", rowid


def _source(old: SqliteColumn, new: SqliteColumn) -> str:
    """The old column; a default stands in for the nulls that the new column does not take."""
    name = quote(old.ref.name)
    default = new.default
    if old.nullable and not new.nullable and default is not None and is_constant(default) and default.upper() != "NULL":
        return f"IFNULL({name}, {default})"
    return name


def _text(value: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'"
