"""A state in the JSON shape that Atlas users parse (reference 1.7)."""

from __future__ import annotations

from typing import Any

from schema_core.schema.objects import Column, ForeignKey, Index, PrimaryKey, Schema, Table, UniqueConstraint
from schema_core.schema.realm import Realm
from schema_core.schema.results import InspectResult
from schema_core.text.json_text import json_text


def render(result: InspectResult) -> str:
    """Schemas with their tables, columns, keys and indexes; other kinds have no place in this shape."""
    realm = result.realm
    schemas = []
    for schema in realm.of(Schema):
        tables = [_table(realm, table) for table in realm.of(Table) if table.ref.schema == schema.ref.name]
        schemas.append(_present({"name": schema.ref.name, "comment": schema.comment, "tables": tables}))
    return json_text({"schemas": schemas}) + "\n"


def _table(realm: Realm, table: Table) -> dict[str, Any]:
    children = realm.children(table.ref)
    keys = [item for item in children if isinstance(item, PrimaryKey)]
    return _present(
        {
            "name": table.ref.name,
            "comment": table.comment,
            "columns": [_column(item) for item in children if isinstance(item, Column)],
            "indexes": [_index(item) for item in children if isinstance(item, Index | UniqueConstraint)],
            "primary_key": {"parts": [{"column": name} for name in keys[0].columns]} if keys else None,
            "foreign_keys": [_foreign_key(item) for item in children if isinstance(item, ForeignKey)],
        }
    )


def _column(column: Column) -> dict[str, Any]:
    return _present(
        {
            "name": column.ref.name,
            "type": column.type,
            "null": column.nullable or None,
            "comment": column.comment,
            "collate": column.collation,
        }
    )


def _index(index: Index | UniqueConstraint) -> dict[str, Any]:
    if isinstance(index, UniqueConstraint):
        return {"name": index.ref.name, "unique": True, "parts": [{"column": name} for name in index.columns]}
    parts = [
        _present({"desc": part.descending or None, "column": part.column, "expr": part.expression})
        for part in index.parts
    ]
    return _present({"name": index.ref.name, "unique": index.unique or None, "parts": parts})


def _foreign_key(key: ForeignKey) -> dict[str, Any]:
    references = {"table": key.references.name, "columns": list(key.referenced_columns)}
    return {"name": key.ref.name, "columns": list(key.columns), "references": references}


def _present(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, as the shape's own writer leaves it out."""
    return {name: value for name, value in values.items() if value not in (None, [], "")}
