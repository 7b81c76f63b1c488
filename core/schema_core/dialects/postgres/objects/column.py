"""Columns."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.objects.sequence import options
from schema_core.dialects.postgres.quoting import literal, qualified, quote, table_of
from schema_core.schema.objects import Column
from schema_core.schema.ref import Ref

_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "x": "EXTENDED", "m": "MAIN"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}


class PostgresColumn(Column, frozen=True, kw_only=True):
    """A column with what only PostgreSQL knows of it.

    ``inherited`` columns come from an inheritance parent alone. ``rows_of`` is the relation whose rows the column
    holds. ``identity_sequence`` is the name of an identity column's sequence, which stands in the table's schema. The
    fields ``not_null_*`` describe the NOT NULL constraint, which is one with a name from PostgreSQL 18 on.
    """

    inherited: bool = False
    storage: str | None = None
    compression: str | None = None
    statistics: int | None = None
    options: tuple[str, ...] = ()
    not_null_name: str | None = None
    not_null_valid: bool = True
    not_null_inherits: bool = True
    not_null_inherited: bool = False
    not_null_comment: str | None = None
    identity_sequence: str | None = None
    rows_of: Ref | None = None


def define(column: PostgresColumn) -> str:
    """The column's part of CREATE TABLE."""
    parts = [quote(column.ref.name), column.type]
    if column.compression is not None:
        parts.append(f"COMPRESSION {_COMPRESSION.get(column.compression, 'default')}")
    if column.collation is not None:
        parts.append(f"COLLATE {column.collation}")
    if column.generated is not None:
        stored = "STORED" if column.generated.stored else "VIRTUAL"
        parts.append(f"GENERATED ALWAYS AS ({column.generated.expression}) {stored}")
    elif column.identity is not None:
        parts.append(identity_clause(column))
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if not column.nullable and column.not_null_valid and not column.not_null_inherited:
        if column.not_null_name not in (None, usual_not_null_name(column)):
            parts.append(f"CONSTRAINT {quote(column.not_null_name or '')}")
        parts.append("NOT NULL" if column.not_null_inherits else "NOT NULL NO INHERIT")
    return " ".join(parts)


def identity_clause(column: PostgresColumn) -> str:
    """GENERATED … AS IDENTITY, empty for a column that is none."""
    if column.identity is None:
        return ""
    always = "ALWAYS" if column.identity.always else "BY DEFAULT"
    named = f"SEQUENCE NAME {_sequence(column)} " if column.identity_sequence != _usual_sequence(column) else ""
    return f"GENERATED {always} AS IDENTITY ({named}{options(column.identity)})"


def require(column: PostgresColumn) -> str | None:
    """The part of CREATE TABLE that a table adds to an inherited column; None when it adds nothing (PostgreSQL 18)."""
    if not column.inherited or column.nullable or column.not_null_inherited or not column.not_null_valid:
        return None
    if column.not_null_name is None:
        return None
    inherit = "" if column.not_null_inherits else " NO INHERIT"
    return f"CONSTRAINT {quote(column.not_null_name)} NOT NULL {quote(column.ref.name)}{inherit}"


def adjust(column: PostgresColumn) -> Iterator[str]:
    """ALTER TABLE for what CREATE TABLE cannot say."""
    alter = f"ALTER TABLE ONLY {table_of(column.ref)} ALTER COLUMN {quote(column.ref.name)}"
    if column.inherited:
        if column.default is not None and column.generated is None:
            yield f"{alter} SET DEFAULT {column.default}"
        if not column.nullable and column.not_null_name is None:
            yield f"{alter} SET NOT NULL"
    compression = column.compression if column.inherited else None  # the others have it from CREATE TABLE
    yield from settings(alter, column.storage, compression, column.statistics, column.options)
    if not column.nullable and not column.not_null_valid and not column.not_null_inherited:
        name = quote(column.not_null_name or usual_not_null_name(column))
        inherit = "" if column.not_null_inherits else " NO INHERIT"
        yield (
            f"ALTER TABLE ONLY {table_of(column.ref)} ADD CONSTRAINT {name} NOT NULL {quote(column.ref.name)}"
            f"{inherit} NOT VALID"
        )
    if column.not_null_comment is not None:
        name = quote(column.not_null_name or usual_not_null_name(column))
        yield f"COMMENT ON CONSTRAINT {name} ON {table_of(column.ref)} IS {literal(column.not_null_comment)}"


def settings(
    alter: str, storage: str | None, compression: str | None, statistics: int | None, column_options: tuple[str, ...]
) -> Iterator[str]:
    """The settings of a column that exists; ``alter`` is the statement's beginning."""
    if storage is not None:
        yield f"{alter} SET STORAGE {_STORAGE[storage]}"
    if compression is not None:
        yield f"{alter} SET COMPRESSION {_COMPRESSION.get(compression, 'default')}"
    if statistics is not None:
        yield f"{alter} SET STATISTICS {statistics}"
    if column_options:
        yield f"{alter} SET ({', '.join(column_options)})"


def _sequence(column: PostgresColumn) -> str:
    return qualified(Ref("sequence", column.ref.schema, None, column.identity_sequence or _usual_sequence(column)))


def _usual_sequence(column: PostgresColumn) -> str:
    """The name that the server gives an identity column's sequence, if it is short enough and not taken."""
    return f"{column.ref.parent}_{column.ref.name}_seq"


def usual_not_null_name(column: PostgresColumn) -> str:
    """The name that the server gives a NOT NULL constraint (longer ones are cut, and so never equal)."""
    return f"{column.ref.parent}_{column.ref.name}_not_null"
