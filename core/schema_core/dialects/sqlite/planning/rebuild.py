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
from schema_core.dialects.sqlite.quoting import fold, quote
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
    """The columns to copy, and what to read for them: every column that both have and that is not computed.

    The rowid is copied too where no column is it: a search index may have kept it.
    """
    old = {fold(item.ref.name): item for item in before.children(table.ref) if isinstance(item, SqliteColumn)}
    new = [item for item in after.children(table.ref) if isinstance(item, SqliteColumn) and item.generated is None]
    pairs = [(old[fold(item.ref.name)], item) for item in new if fold(item.ref.name) in old]
    targets, sources = [quote(item.ref.name) for _, item in pairs], [_source(*pair) for pair in pairs]
    rowid = _rowid(table, before, after, {*old, *(fold(item.ref.name) for item in new)})
    if rowid is not None and _rowid_column(table, after) not in {fold(item.ref.name) for _, item in pairs}:
        targets.insert(0, rowid)
        sources.insert(0, rowid)
    if not targets:
        raise UserError(
            f"Table {table.ref.name} keeps none of its columns, so its rows cannot be kept; drop the table and create "
            "it under another name, or change its columns in two steps."
        )
    return f"({', '.join(targets)})", ", ".join(sources)


def _rowid(table: SqliteTable, before: Realm, after: Realm, names: set[str]) -> str | None:
    """A word that means the rowid in both states; None where one of them has none."""
    tables = (before.get(table.ref), after.get(table.ref))
    if any(isinstance(item, SqliteTable) and item.without_rowid for item in tables):
        return None
    return next((word for word in _ROWID if word not in names), None)


def _rowid_column(table: SqliteTable, realm: Realm) -> str | None:
    """The folded name of the column that is the rowid: an INTEGER PRIMARY KEY."""
    key = next((item for item in realm.children(table.ref) if isinstance(item, SqlitePrimaryKey)), None)
    if key is None or len(key.columns) != 1 or (key.at_column and key.descending):
        return None
    name = fold(key.columns[0])
    columns = (item for item in realm.children(table.ref) if isinstance(item, SqliteColumn))
    is_integer = any(fold(item.ref.name) == name and item.type.upper() == "INTEGER" for item in columns)
    return name if is_integer else None


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
