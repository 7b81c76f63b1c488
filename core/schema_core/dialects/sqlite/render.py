"""Statements that create a realm in an empty database."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.sqlite.objects import (
    check_constraint,
    column,
    foreign_key,
    index,
    primary_key,
    table,
    trigger,
    unique_constraint,
    view,
)
from schema_core.dialects.sqlite.objects.check_constraint import SqliteCheckConstraint
from schema_core.dialects.sqlite.objects.column import SqliteColumn
from schema_core.dialects.sqlite.objects.foreign_key import SqliteForeignKey
from schema_core.dialects.sqlite.objects.primary_key import SqlitePrimaryKey
from schema_core.dialects.sqlite.objects.table import SqliteTable
from schema_core.dialects.sqlite.objects.unique_constraint import SqliteUniqueConstraint
from schema_core.dialects.sqlite.objects.view import SqliteView
from schema_core.schema.objects import Index, SchemaObject, Trigger
from schema_core.schema.realm import Realm


def render(realm: Realm) -> tuple[str, ...]:
    """The statements, without semicolons.

    Neither foreign keys nor views ask for what they name when they are created, so tables and views stand in the order
    of the realm; triggers come last, since each asks for its table or view.
    """
    return (
        *(create_table(item, realm) for item in realm.of(SqliteTable)),
        *(index.create(item) for item in realm.of(Index)),
        *(view.create(item) for item in realm.of(SqliteView)),
        *(trigger.create(item) for item in realm.of(Trigger)),
    )


def create_table(item: SqliteTable, realm: Realm, called: str | None = None) -> str:
    """CREATE TABLE with all columns and constraints of the realm; ``called`` is another name for the table."""
    children = realm.children(item.ref)
    keys = [child for child in children if isinstance(child, SqlitePrimaryKey)]
    at_column = {key.columns[0]: primary_key.define(key) for key in keys if key.at_column}
    columns = [child for child in children if isinstance(child, SqliteColumn)]
    lines = [column.define(child, at_column.get(child.ref.name)) for child in columns]
    lines += [primary_key.define(key) for key in keys if not key.at_column]
    return table.create(item, called or item.ref.name, [*lines, *_constraints(children)])


def _constraints(children: tuple[SchemaObject, ...]) -> Iterator[str]:
    for child in children:
        if isinstance(child, SqliteUniqueConstraint):
            yield unique_constraint.define(child, name_in_sql(child, named=child.named))
    for child in children:
        if isinstance(child, SqliteCheckConstraint):
            yield check_constraint.define(child, name_in_sql(child, named=child.named))
    for child in children:
        if isinstance(child, SqliteForeignKey):
            yield foreign_key.define(child, name_in_sql(child, named=child.named))


def name_in_sql(item: SchemaObject, *, named: bool) -> str | None:
    """The name in SQL; a number that tells namesakes apart is ours."""
    return item.ref.name.partition(" #")[0] if named else None
