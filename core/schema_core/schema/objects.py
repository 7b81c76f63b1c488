"""The kinds of objects that a database is made of.

Every class is frozen and compared field by field. What only one engine knows (an operator class, a storage engine)
lives in a subclass under ``dialects/<engine>/objects``, so that comparing never asks which engine it is.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from schema_core.schema.ref import Ref


class SchemaObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object of a database; ``comment`` is the object's comment, None when it has none."""

    KIND: ClassVar[str]
    NOT_COMPARED: ClassVar[frozenset[str]] = frozenset()
    """Fields that say where an object stands, not what it is (a column's position after another was dropped)."""
    CASELESS: ClassVar[frozenset[str]] = frozenset()
    """Fields of text in which upper and lower case mean the same."""
    HOLDS_ROWS: ClassVar[bool] = False
    """Whether making it anew under its old name loses what it held."""

    ref: Ref
    comment: str | None = None


class Schema(SchemaObject, frozen=True, kw_only=True):
    """A namespace."""

    KIND: ClassVar[str] = "schema"
    HOLDS_ROWS: ClassVar[bool] = True


class Table(SchemaObject, frozen=True, kw_only=True):
    """A table; its columns, indexes and constraints are objects of their own."""

    KIND: ClassVar[str] = "table"
    HOLDS_ROWS: ClassVar[bool] = True


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """How an identity column makes its numbers."""

    always: bool
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool


class Generated(msgspec.Struct, frozen=True, kw_only=True):
    """How a generated column is computed, and whether the value is stored."""

    expression: str
    stored: bool


class Column(SchemaObject, frozen=True, kw_only=True):
    """A column of a table. ``type`` is the engine's own spelling; ``position`` counts live columns from 1."""

    KIND: ClassVar[str] = "column"
    HOLDS_ROWS: ClassVar[bool] = True
    NOT_COMPARED: ClassVar[frozenset[str]] = frozenset({"position"})

    position: int
    type: str
    nullable: bool
    default: str | None = None
    generated: Generated | None = None
    identity: Identity | None = None
    collation: str | None = None


class IndexPart(msgspec.Struct, frozen=True, kw_only=True):
    """One key of an index: a column or an expression, never both."""

    column: str | None = None
    expression: str | None = None
    descending: bool = False
    nulls_first: bool = False


class Index(SchemaObject, frozen=True, kw_only=True):
    """An index that no constraint owns."""

    KIND: ClassVar[str] = "index"

    parts: tuple[IndexPart, ...]
    unique: bool = False
    method: str | None = None
    include: tuple[str, ...] = ()
    predicate: str | None = None


class PrimaryKey(SchemaObject, frozen=True, kw_only=True):
    """A primary key constraint."""

    KIND: ClassVar[str] = "primary key"

    columns: tuple[str, ...]

    def makes_numbers(self) -> bool:
        """Whether the engine counts for the key's one column, so that no number is given out twice."""
        return False


class UniqueConstraint(SchemaObject, frozen=True, kw_only=True):
    """A unique constraint."""

    KIND: ClassVar[str] = "unique constraint"

    columns: tuple[str, ...]


ReferentialAction = Literal["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"]


class ForeignKey(SchemaObject, frozen=True, kw_only=True):
    """A foreign key; ``references`` is the referenced table."""

    KIND: ClassVar[str] = "foreign key"

    columns: tuple[str, ...]
    references: Ref
    referenced_columns: tuple[str, ...]
    on_update: ReferentialAction = "NO ACTION"
    on_delete: ReferentialAction = "NO ACTION"
    validated: bool = True


class CheckConstraint(SchemaObject, frozen=True, kw_only=True):
    """A check constraint; ``expression`` without the word CHECK."""

    KIND: ClassVar[str] = "check constraint"

    expression: str
    validated: bool = True


class View(SchemaObject, frozen=True, kw_only=True):
    """A view; ``definition`` is its query."""

    KIND: ClassVar[str] = "view"

    definition: str


class MaterializedView(SchemaObject, frozen=True, kw_only=True):
    """A materialized view; ``definition`` is its query."""

    KIND: ClassVar[str] = "materialized view"
    HOLDS_ROWS: ClassVar[bool] = True

    definition: str


class Trigger(SchemaObject, frozen=True, kw_only=True):
    """A trigger of the table or view that is its parent; ``definition`` is what follows its name."""

    KIND: ClassVar[str] = "trigger"

    definition: str


class Sequence(SchemaObject, frozen=True, kw_only=True):
    """A sequence that no identity column owns; ``owned_by`` is the column it is dropped with."""

    KIND: ClassVar[str] = "sequence"
    HOLDS_ROWS: ClassVar[bool] = True

    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    owned_by: Ref | None = None


class Enum(SchemaObject, frozen=True, kw_only=True):
    """An enumerated type with its values in order."""

    KIND: ClassVar[str] = "enum"

    values: tuple[str, ...]


class DomainCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A named check of a domain."""

    name: str
    expression: str
    validated: bool = True
    comment: str | None = None


class Domain(SchemaObject, frozen=True, kw_only=True):
    """A domain: a type with a default and constraints."""

    KIND: ClassVar[str] = "domain"

    type: str
    nullable: bool = True
    default: str | None = None
    collation: str | None = None
    checks: tuple[DomainCheck, ...] = ()


class Extension(SchemaObject, frozen=True, kw_only=True):
    """An installed extension; ``installed_in`` is the schema that holds its objects."""

    KIND: ClassVar[str] = "extension"

    version: str
    installed_in: str | None = None


class Unmodelled(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """An object that was found but whose kind is not modelled: it is named, never compared or re-created."""

    ref: Ref


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """An object that is not part of a state, because it is not modelled or was not asked for, and is needed by some."""

    ref: Ref
    needed_by: tuple[Ref, ...]
