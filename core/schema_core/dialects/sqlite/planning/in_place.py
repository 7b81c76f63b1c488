"""Changes that ALTER TABLE makes: columns that come and go (https://www.sqlite.org/lang_altertable.html)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schema_core.dialects.sqlite.objects import check_constraint, column, foreign_key
from schema_core.dialects.sqlite.objects.check_constraint import SqliteCheckConstraint
from schema_core.dialects.sqlite.objects.column import SqliteColumn
from schema_core.dialects.sqlite.objects.foreign_key import SqliteForeignKey
from schema_core.dialects.sqlite.planning.mentions import mentioned, users
from schema_core.dialects.sqlite.quoting import fold, quote
from schema_core.dialects.sqlite.render import name_in_sql
from schema_core.schema.changes import Change, Create, Drop
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_CONSTANT = re.compile(r"(?i)[-+]?\s*[0-9.][0-9a-fx._+-]*|'(?:[^']|'')*'|x'[0-9a-f]*'|true|false|null")


def alter_in_place(
    table: Ref, changes: Sequence[Change], staying: Realm, *, may_drop: bool
) -> tuple[PlannedStatement, ...] | None:
    """ALTER TABLE for each change of a table; None where one of them cannot be made so.

    ``staying`` are the views and triggers that are there all the time; ``may_drop`` tells whether columns can go.
    """
    added: list[SqliteColumn] = []
    dropped: list[SqliteColumn] = []
    keys: dict[str, list[SqliteForeignKey]] = {}
    checks: list[SqliteCheckConstraint] = []
    for change in changes:
        match change:
            case Create(object=SqliteColumn() as item) if _can_be_added(item):
                added.append(item)
            case Drop(object=SqliteColumn() as item) if may_drop and not _is_used(table, item, staying):
                dropped.append(item)
            case Create(object=SqliteForeignKey(columns=(name,)) as key):
                keys.setdefault(name, []).append(key)
            case Create(object=SqliteCheckConstraint() as check):
                checks.append(check)
            case _:
                return None
    empty = {item.ref.name for item in added if item.default is None and item.generated is None}
    if not keys.keys() <= empty or (checks and not added):
        return None
    # Columns come before others go: a table cannot be without any.
    return (
        *(_add(table, item, keys.get(item.ref.name, ()), checks if item is added[-1] else ()) for item in added),
        *(_drop(table, item) for item in dropped),
    )


def is_constant(default: str) -> bool:
    """Whether a default is a literal, the same for every row whenever it is taken."""
    return _CONSTANT.fullmatch(default) is not None


def _can_be_added(item: SqliteColumn) -> bool:
    if item.generated is not None:
        return not item.generated.stored and item.nullable
    if item.default is not None and not is_constant(item.default):
        return False
    return item.nullable or (item.default is not None and item.default.upper() != "NULL")


def _is_used(table: Ref, item: SqliteColumn, staying: Realm) -> bool:
    """Whether a view or trigger that stays may use the column, at which SQLite refuses to drop it."""
    return any(fold(item.ref.name) in mentioned(user) for user in users(staying, [fold(table.name)]))


def _add(
    table: Ref, item: SqliteColumn, keys: Sequence[SqliteForeignKey], checks: Sequence[SqliteCheckConstraint]
) -> PlannedStatement:
    words = [column.define(item, None)]
    words += [check_constraint.define(check, name_in_sql(check, named=check.named)) for check in checks]
    words += [foreign_key.refer(key, name_in_sql(key, named=key.named)) for key in keys]
    return PlannedStatement(
        text=f"ALTER TABLE {quote(table.name)} ADD COLUMN {' '.join(words)}",
        comment=f'add column "{item.ref.name}" to table: "{table.name}"',
    )


def _drop(table: Ref, item: SqliteColumn) -> PlannedStatement:
    return PlannedStatement(
        text=f"ALTER TABLE {quote(table.name)} DROP COLUMN {quote(item.ref.name)}",
        comment=f'drop column "{item.ref.name}" from table: "{table.name}"',
    )
