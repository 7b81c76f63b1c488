"""A state as a Mermaid entity-relationship diagram."""

from __future__ import annotations

import re

from schema_core.schema.objects import Column, ForeignKey, Index, PrimaryKey, Table, UniqueConstraint
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.results import InspectResult
from schema_core.text.redact import redact

_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")


def render(result: InspectResult) -> str:
    """``erDiagram`` with a block for each table and an edge for each foreign key (reference 1.7)."""
    realm = result.realm
    tables = list(realm.of(Table))
    several = len({table.ref.schema for table in tables}) > 1
    lines = ["erDiagram"]
    for table in tables:
        name = _entity(table.ref, several=several)
        label = f"{table.ref.schema}.{table.ref.name}" if several else table.ref.name
        lines.append(f"    {name}{_alias(name, label)} {{")
        children = realm.children(table.ref)
        primary = {column for item in children if isinstance(item, PrimaryKey) for column in item.columns}
        foreign = {column for item in children if isinstance(item, ForeignKey) for column in item.columns}
        for item in children:
            if isinstance(item, Column):
                marks = [mark for mark, names in (("PK", primary), ("FK", foreign)) if item.ref.name in names]
                suffix = f" {','.join(marks)}" if marks else ""
                lines.append(f"      {_word(item.type)} {_word(item.ref.name)}{suffix}")
        lines.append("    }")
    for key in realm.of(ForeignKey):
        child = Ref("table", key.ref.schema, None, key.ref.parent or "")
        side = "|o" if _unique(realm, child, key.columns) else "}o"
        parent = _entity(key.references, several=several)
        lines.append(f"    {_entity(child, several=several)} {side}--o| {parent} : {_word(key.ref.name)}")
    return redact("".join(f"{line}\n" for line in lines))


def _unique(realm: Realm, table: Ref, columns: tuple[str, ...]) -> bool:
    """Whether the columns are a key of the table, so that a parent has one child at the most."""
    for item in realm.children(table):
        if isinstance(item, PrimaryKey | UniqueConstraint) and set(item.columns) == set(columns):
            return True
        if isinstance(item, Index) and item.unique and {part.column for part in item.parts} == set(columns):
            return True
    return False


def _entity(ref: Ref, *, several: bool) -> str:
    return _word(f"{ref.schema}_{ref.name}" if several and ref.schema else ref.name)


def _alias(name: str, label: str) -> str:
    """The exact name in brackets where the entity's word is another; Mermaid has no escape but its own entities."""
    if name == label:
        return ""
    escaped = "".join(
        character if character.isalnum() or character in " ._-" else f"#{ord(character)};" for character in label
    )
    return f'["{escaped}"]'


def _word(text: str) -> str:
    """A word that Mermaid's grammar takes: letters, digits and underscores, beginning with a letter."""
    word = _UNSAFE.sub("_", text).strip("_") or "_"
    return word if word[0].isalpha() or word[0] == "_" else f"_{word}"
