"""How a column that is there becomes another: clauses of ALTER TABLE."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.casts import needs_using
from schema_core.dialects.postgres.objects.column import PostgresColumn, identity_clause, settings, usual_not_null_name
from schema_core.dialects.postgres.objects.sequence import identity_changes
from schema_core.dialects.postgres.objects.storage_options import option_changes
from schema_core.dialects.postgres.quoting import quote

_KEPT_IN_PLACE = ("numeric", "inet", "cidr")
"""Types of varying length whose values are usually kept in the table (``pg_type.typstorage``)."""
RETYPED = frozenset({"type", "collation"})
"""Fields whose change gives the column's values another form or order."""


def is_retyped(before: PostgresColumn, after: PostgresColumn) -> bool:
    """Whether the column's values get another type or collation."""
    return (before.type, before.collation) != (after.type, after.collation)


def is_replaced(before: PostgresColumn, after: PostgresColumn, *, can_set_expression: bool) -> bool:
    """Whether only dropping the column and adding it anew makes it what it is to be."""
    old, new = before.generated, after.generated
    if new is None:
        return old is not None and not old.stored
    if old is None or old.stored != new.stored:
        return True
    return old.expression != new.expression and not can_set_expression


def changes(before: PostgresColumn, after: PostgresColumn, source_type: str | None = None) -> Iterator[str]:
    """The clauses, in the order in which a person would write them.

    ``source_type`` stands in for the type before where that goes by another name by then.
    """
    alter = f"ALTER COLUMN {quote(after.ref.name)}"
    retyped = is_retyped(before, after) or source_type is not None
    old_type = source_type or before.type
    using = retyped and needs_using(old_type, after.type)
    yield from _removals(alter, before, after, using=using)
    if retyped:
        collation = f" COLLATE {after.collation}" if after.collation is not None else ""
        cast = f" USING {_conversion(old_type, after)}" if using else ""
        yield f"{alter} TYPE {after.type}{collation}{cast}"
    if before.generated is not None and after.generated is not None and before.generated != after.generated:
        yield f"{alter} SET EXPRESSION AS ({after.generated.expression})"
    if after.default is not None and (before.default != after.default or using):
        yield f"{alter} SET DEFAULT {after.default}"
    yield from _not_null(before, after)
    if after.identity is not None:
        if before.identity is None:
            yield f"{alter} ADD {identity_clause(after)}"
        elif before.identity != after.identity:
            yield f"{alter} {identity_changes(before.identity, after.identity)}"
    yield from _settings(alter, before, after)


def _removals(alter: str, before: PostgresColumn, after: PostgresColumn, *, using: bool) -> Iterator[str]:
    """What goes before the type changes; a default goes as well when nothing converts it."""
    if before.identity is not None and after.identity is None:
        yield f"{alter} DROP IDENTITY"
    if before.generated is not None and after.generated is None:
        yield f"{alter} DROP EXPRESSION"
    if before.default is not None and (after.default is None or using):
        yield f"{alter} DROP DEFAULT"
    if after.nullable and not before.nullable:
        yield f"{alter} DROP NOT NULL"


def _conversion(before: str, column: PostgresColumn) -> str:
    """The values in the new type; from one type of a user's to another by way of text, which all types know."""
    by_text = "text::" if "." in before and "." in column.type else ""
    return f"{quote(column.ref.name)}::{by_text}{column.type}"


def _not_null(before: PostgresColumn, after: PostgresColumn) -> Iterator[str]:
    if after.nullable:
        return
    name = quote(after.not_null_name or usual_not_null_name(after))
    if before.nullable or (before.not_null_valid and not after.not_null_valid):
        if not before.nullable:
            yield f"ALTER COLUMN {quote(after.ref.name)} DROP NOT NULL"
        inherit = "" if after.not_null_inherits else " NO INHERIT"
        if after.not_null_valid and not inherit and after.not_null_name in (None, usual_not_null_name(after)):
            yield f"ALTER COLUMN {quote(after.ref.name)} SET NOT NULL"
        else:
            valid = "" if after.not_null_valid else " NOT VALID"
            yield f"ADD CONSTRAINT {name} NOT NULL {quote(after.ref.name)}{inherit}{valid}"
        return
    name = quote(before.not_null_name or usual_not_null_name(before))
    if after.not_null_valid and not before.not_null_valid:
        yield f"VALIDATE CONSTRAINT {name}"
    if before.not_null_inherits != after.not_null_inherits:
        yield f"ALTER CONSTRAINT {name} {'INHERIT' if after.not_null_inherits else 'NO INHERIT'}"


def _settings(alter: str, before: PostgresColumn, after: PostgresColumn) -> Iterator[str]:
    if before.storage != after.storage and after.storage is None:
        # The word DEFAULT is there from PostgreSQL 16 on only.
        yield f"{alter} SET STORAGE {'MAIN' if after.type.startswith(_KEPT_IN_PLACE) else 'EXTENDED'}"
    if before.compression != after.compression and after.compression is None:
        yield f"{alter} SET COMPRESSION default"
    if before.statistics != after.statistics and after.statistics is None:
        yield f"{alter} SET STATISTICS -1"
    yield from settings(
        alter,
        after.storage if before.storage != after.storage else None,
        after.compression if before.compression != after.compression else None,
        after.statistics if before.statistics != after.statistics else None,
        (),
    )
    yield from (f"{alter} {change}" for change in option_changes(before.options, after.options))
