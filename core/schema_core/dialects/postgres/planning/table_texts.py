"""The statements that make tables, indexes and keys, each with what a plan says about it."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.objects import (
    check_constraint,
    exclusion_constraint,
    foreign_key,
    index,
    primary_key,
    unique_constraint,
)
from schema_core.dialects.postgres.objects.check_constraint import PostgresCheckConstraint
from schema_core.dialects.postgres.objects.comment import set_comment
from schema_core.dialects.postgres.objects.exclusion_constraint import ExclusionConstraint
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.key_index import key_settings
from schema_core.dialects.postgres.objects.primary_key import PostgresPrimaryKey
from schema_core.dialects.postgres.objects.unique_constraint import PostgresUniqueConstraint
from schema_core.dialects.postgres.planning.wording import commented, modify_table
from schema_core.dialects.postgres.quoting import qualified, quote, table_of
from schema_core.dialects.postgres.render_tables import render_table
from schema_core.schema.objects import SchemaObject
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

Key = PostgresPrimaryKey | PostgresUniqueConstraint | ExclusionConstraint | PostgresIndex


def add_key(item: Key, *, only: bool = False) -> list[str]:
    """The statements that make an index or a key that rests on one."""
    match item:
        case PostgresPrimaryKey():
            return primary_key.create(item, only=only)
        case PostgresUniqueConstraint():
            return unique_constraint.create(item, only=only)
        case ExclusionConstraint():
            return exclusion_constraint.create(item, only=only)
        case PostgresIndex():
            return index.create(item)


def add_key_comment(item: Key) -> str:
    """What a plan says about making an index or key."""
    if isinstance(item, PostgresIndex):
        return f'create index "{item.ref.name}" to table: "{item.ref.parent}"'
    return modify_table(item.ref)


def create_statements(realm: Realm, ref: Ref, *, with_keys: bool = True) -> Iterator[tuple[str, str]]:
    """A table with everything but foreign keys to others: each statement with its comment."""
    inline: list[str] = []
    later: list[tuple[str, str]] = []
    children = realm.children(ref)
    for item in children:
        if isinstance(item, PostgresForeignKey):
            if item.references == ref:
                later.append((f"ALTER TABLE {qualified(ref)} {foreign_key.addition(item)}", modify_table(item.ref)))
        elif not with_keys or not isinstance(item, Key):
            continue
        elif isinstance(item, PostgresPrimaryKey | PostgresUniqueConstraint):
            clause = primary_key.clause if isinstance(item, PostgresPrimaryKey) else unique_constraint.clause
            inline.append(clause(item))  # type: ignore[arg-type]
            later = [*((text, modify_table(item.ref)) for text in key_settings(item.ref, item.index)), *later]
        else:
            later += [(text, add_key_comment(item)) for text in add_key(item)]
    first, *adjustments = render_table(realm, ref, inline)
    yield first, f'create "{ref.name}" table'
    yield from ((text, f'modify "{ref.name}" table') for text in adjustments)
    # An index before what points at it; a foreign key to the table itself after its key.
    yield from sorted(later, key=lambda entry: " ADD CONSTRAINT " in entry[0] and " FOREIGN KEY " in entry[0])
    for item in (realm[ref], *children):
        if item.comment is not None and not (isinstance(item, PostgresForeignKey) and item.references != ref):
            if not with_keys and isinstance(item, Key):
                continue
            yield set_comment(item), commented(item.ref)


def key_statements(item: Key, *, only: bool) -> Iterator[tuple[str, str]]:
    """An index or key with its comment, for a table that is there."""
    yield from ((text, add_key_comment(item)) for text in add_key(item, only=only))
    if item.comment is not None:
        yield set_comment(item), commented(item.ref)


def drop_key(item: SchemaObject) -> str:
    """The statement that drops an index or a constraint."""
    ref = item.ref
    if ref.kind == "index":
        return f"DROP INDEX {qualified(Ref('index', ref.schema, None, ref.name))}"
    return f"ALTER TABLE {table_of(ref)} DROP CONSTRAINT {quote(ref.name)}"


def add_statements(item: SchemaObject, *, only: bool = False) -> Iterator[str]:
    """The statements that make an index or constraint again, its comment included."""
    if isinstance(item, PostgresForeignKey):
        yield foreign_key.create(item)
    elif isinstance(item, PostgresCheckConstraint):
        yield check_constraint.add(item, only=False)
    elif isinstance(item, Key):
        yield from add_key(item, only=only)
    if item.comment is not None:
        yield set_comment(item)
