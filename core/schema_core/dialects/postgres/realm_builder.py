"""Builds objects from catalog rows; the rows' columns are those of the files in ``catalog``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from schema_core.dialects.postgres.catalog_queries import Rows
from schema_core.dialects.postgres.expressions import bare
from schema_core.dialects.postgres.index_builder import IndexBuilder
from schema_core.dialects.postgres.needs import RELATION_KINDS
from schema_core.dialects.postgres.objects.check_constraint import PostgresCheckConstraint
from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.exclusion_constraint import ExclusionConstraint
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.materialized_view import PostgresMaterializedView
from schema_core.dialects.postgres.objects.primary_key import PostgresPrimaryKey
from schema_core.dialects.postgres.objects.sequence import PostgresSequence
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.objects.unique_constraint import PostgresUniqueConstraint
from schema_core.dialects.postgres.objects.view import PostgresView
from schema_core.dialects.postgres.objects.view_column import ViewColumn
from schema_core.schema.objects import (
    Domain,
    DomainCheck,
    Enum,
    Extension,
    Generated,
    Identity,
    ReferentialAction,
    Schema,
    SchemaObject,
)
from schema_core.schema.ref import Ref

BOOKKEEPING = "atlas_schema_revisions"
"""Name of the revisions table and of the schema that may hold it; never part of a state."""

DEFAULT_COMMENT = ("public", "standard public schema")
"""The schema that every new database has, and what initdb says about it."""

# Oids of the catalogs, as identities spell them.
_CLASS, _TYPE, _NAMESPACE, _EXTENSION, _CONSTRAINT = 1259, 1247, 2615, 3079, 2606
_ACTIONS: dict[str, ReferentialAction] = {
    "a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT",
}  # fmt: skip


class RealmBuilder:
    """One inspection's rows on their way to objects; ``identities`` fills while ``build`` runs."""

    def __init__(self, rows: Rows, major: int) -> None:
        self._rows = rows
        self._major = major
        self.identities: dict[Ref, str] = {}
        self.uses: dict[Ref, tuple[Ref, ...]] = {}
        """The columns that checks and exclusion constraints speak of."""
        self._comments = {(catalog, oid, sub): text for catalog, oid, sub, text in rows["comments"]}
        self._collations: dict[int, str] = dict(rows["collations"])
        self._types = {row[:2]: row[2] for row in rows["types"]}
        self._rows_of = {row[:2]: Ref(RELATION_KINDS[row[5]], row[3], None, row[4]) for row in rows["types"] if row[5]}
        self._children: defaultdict[int, list[SchemaObject]] = defaultdict(list)
        self._parents: defaultdict[int, list[Ref]] = defaultdict(list)
        for oid, schema, name, kind in rows["inheritance"]:
            self._parents[oid].append(Ref("foreign table" if kind == "f" else "table", schema, None, name))
        self._reads: defaultdict[int, list[Ref]] = defaultdict(list)
        for oid, schema, name, kind in rows["view_dependencies"]:
            self._reads[oid].append(Ref(RELATION_KINDS[kind], schema, None, name))
        self._view_columns: defaultdict[int, list[ViewColumn]] = defaultdict(list)
        for oid, name, comment, default, storage, compression, statistics, options in rows["view_columns"]:
            self._view_columns[oid].append(
                ViewColumn(
                    name=name,
                    comment=comment,
                    default=default,
                    storage=storage,
                    compression=compression,
                    statistics=statistics,
                    options=tuple(options or ()),
                )
            )
        self._identity_columns = {(row[9], row[10]): row for row in rows["sequences"] if row[8] == "i"}
        self._sequences = {row[0]: row for row in rows["sequences"] if row[8] != "i"}
        self._relations = {
            row[0]: row for row in rows["relations"] if not row[15] and row[2] != BOOKKEEPING and row[1] != BOOKKEEPING
        }

    def build(self) -> list[SchemaObject]:
        """All objects: schemas, extensions and types first, then every relation with what belongs to it."""
        objects: list[SchemaObject] = [*self._schemas(), *self._extensions(), *self._enums(), *self._domains()]
        self._columns()
        names = {oid: (row[1], row[2]) for oid, row in self._relations.items()}
        comments = {oid: text for (catalog, oid, sub), text in self._comments.items() if catalog == _CLASS and not sub}
        indexes = IndexBuilder(self._rows, names, self._attributes, self._collations, comments)
        self._constraints(indexes)
        for oid, index_oid, index in indexes.plain():
            self._add(oid, index, f"{_CLASS}:{index_oid}", self._comments.get((_CLASS, index_oid, 0)))
        for oid, row in self._relations.items():
            relation = self._relation(oid, row)
            if relation is None:
                continue
            self.identities[relation.ref] = f"{_CLASS}:{oid}"
            objects.append(relation)
            objects += self._children.get(oid, ())
        return objects

    def _schemas(self) -> Iterator[SchemaObject]:
        for oid, name in self._rows["schemas"]:
            if name == BOOKKEEPING:
                continue
            ref = Ref("schema", None, None, name)
            comment = self._comments.get((_NAMESPACE, oid, 0))
            self.identities[ref] = f"{_NAMESPACE}:{oid}"
            yield Schema(ref=ref, comment=None if (name, comment) == DEFAULT_COMMENT else comment)

    def _extensions(self) -> Iterator[SchemaObject]:
        for oid, name, version, schema, usual_comment in self._rows["extensions"]:
            ref = Ref("extension", None, None, name)
            self.identities[ref] = f"{_EXTENSION}:{oid}"
            comment = self._comments.get((_EXTENSION, oid, 0))
            yield Extension(
                ref=ref,
                comment=None if comment == usual_comment else comment,
                version=version,
                installed_in=schema,
            )

    def _enums(self) -> Iterator[SchemaObject]:
        for oid, schema, name, values in self._rows["enums"]:
            ref = Ref("enum", schema, None, name)
            self.identities[ref] = f"{_TYPE}:{oid}"
            yield Enum(ref=ref, comment=self._comments.get((_TYPE, oid, 0)), values=tuple(values or ()))

    def _domains(self) -> Iterator[SchemaObject]:
        checks: defaultdict[int, list[DomainCheck]] = defaultdict(list)
        for oid, check_oid, name, expression, validated in self._rows["domain_checks"]:
            checks[oid].append(
                DomainCheck(
                    name=name,
                    expression=bare(expression),
                    validated=validated,
                    comment=self._comments.get((_CONSTRAINT, check_oid, 0)),
                )
            )
        for oid, schema, name, base, not_null, default, collation, _ in self._rows["domains"]:
            ref = Ref("domain", schema, None, name)
            self.identities[ref] = f"{_TYPE}:{oid}"
            yield Domain(
                ref=ref,
                comment=self._comments.get((_TYPE, oid, 0)),
                type=base,
                nullable=not not_null,
                default=default,
                collation=self._collations.get(collation) if collation else None,
                checks=tuple(checks[oid]),
            )

    def _columns(self) -> None:
        self._attributes: dict[int, dict[int, tuple[str, int, int]]] = defaultdict(dict)
        not_null = {(row[0], row[1]): row for row in self._rows["not_nulls"]}
        position = 0
        table = 0
        for row in self._rows["columns"]:
            position = position + 1 if row[0] == table else 1
            table = row[0]
            # Of tables that are not modelled too: foreign keys may name their columns.
            self._attributes[table][row[1]] = (row[2], row[3], row[8])
            relation = self._relations.get(table)
            if relation is None or relation[3] == "m":
                continue
            column = self._column(row, relation, position, not_null.get((table, row[1])))
            self._add(table, column, f"{_CLASS}:{table}:{row[1]}", None)

    def _column(self, row: tuple[Any, ...], relation: tuple[Any, ...], position: int, not_null: Any) -> PostgresColumn:
        (
            oid, number, name, type_oid, modifier, required, identity, generated, collation, own_collation, default,
            is_local, inherits, storage, compression, statistics, options,
        ) = row  # fmt: skip
        partition = relation[9] is not None
        # From PostgreSQL 17 on a partition's identity is its parent's.
        numbers = (
            self._identity_columns.get((oid, number)) if identity and not (partition and self._major >= 17) else None
        )
        return PostgresColumn(
            ref=Ref("column", relation[1], relation[2], name),
            comment=self._comments.get((_CLASS, oid, number)),
            position=position,
            type=self._types[type_oid, modifier],
            nullable=not required,
            default=default if not generated else None,
            generated=Generated(expression=default, stored=generated == "s") if generated else None,
            identity=_identity(numbers, always=identity == "a") if numbers is not None else None,
            identity_sequence=numbers[14] if numbers is not None else None,
            collation=self._collations.get(collation) if own_collation else None,
            inherited=inherits and not is_local and not partition,
            rows_of=self._rows_of.get((type_oid, modifier)),
            storage=storage,
            compression=compression,
            statistics=statistics,
            options=tuple(options or ()),
            not_null_name=not_null[2] if not_null is not None else None,
            not_null_valid=not_null is None or not_null[3],
            not_null_inherits=not_null is None or not not_null[4],
            not_null_inherited=not_null is not None and not not_null[6] and not partition,
            not_null_comment=self._comments.get((_CONSTRAINT, not_null[5], 0)) if not_null is not None else None,
        )

    def _constraints(self, indexes: IndexBuilder) -> None:
        for row in self._rows["constraints"]:
            relation = self._relations.get(row[1])
            if relation is None:
                continue
            built = self._constraint(row, relation, indexes)
            if built is not None:
                self._add(row[1], built, f"{_CONSTRAINT}:{row[0]}", None)
                if row[3] in "cx":
                    attributes, (schema, parent) = self._attributes[row[1]], relation[1:3]
                    self.uses[built.ref] = tuple(
                        Ref("column", schema, parent, attributes[number][0]) for number in row[4] or () if number > 0
                    )

    def _constraint(
        self, row: tuple[Any, ...], relation: tuple[Any, ...], indexes: IndexBuilder
    ) -> SchemaObject | None:
        (
            oid, table, name, kind, key, referenced_schema, referenced_name, referenced, referenced_key,
            referenced_columns, on_update, on_delete,
            match, deferrable, deferred, validated, no_inherit, is_local, index_oid, text, enforced, delete_columns,
            period,
        ) = row  # fmt: skip
        comment = self._comments.get((_CONSTRAINT, oid, 0))
        names = tuple(self._attributes[table][number][0] for number in key or () if number in self._attributes[table])
        schema, parent = relation[1], relation[2]
        match kind:
            case "p":
                return PostgresPrimaryKey(
                    ref=Ref("primary key", schema, parent, name),
                    comment=comment,
                    columns=names,
                    index=indexes.key_index(index_oid, deferrable=deferrable, deferred=deferred, period=period),
                )
            case "u":
                return PostgresUniqueConstraint(
                    ref=Ref("unique constraint", schema, parent, name),
                    comment=comment,
                    columns=names,
                    index=indexes.key_index(index_oid, deferrable=deferrable, deferred=deferred, period=period),
                )
            case "x":
                return ExclusionConstraint(
                    ref=Ref("exclusion constraint", schema, parent, name),
                    comment=comment,
                    definition=text,
                    index=indexes.unsaid(index_oid),
                )
            case "c":
                return PostgresCheckConstraint(
                    ref=Ref("check constraint", schema, parent, name),
                    comment=comment,
                    expression=bare(text),
                    validated=validated,
                    no_inherit=no_inherit,
                    enforced=enforced,
                    inherited=not is_local and relation[9] is None,
                )
            case _:
                return PostgresForeignKey(
                    ref=Ref("foreign key", schema, parent, name),
                    comment=comment,
                    columns=names,
                    references=Ref("table", referenced_schema, None, referenced_name),
                    referenced_columns=tuple(
                        referenced_columns or (self._attributes[referenced][number][0] for number in referenced_key)
                    ),
                    on_update=_ACTIONS[on_update],
                    on_delete=_ACTIONS[on_delete],
                    validated=validated,
                    match_full=match == "f",
                    deferrable=deferrable,
                    initially_deferred=deferred,
                    enforced=enforced,
                    delete_columns=tuple(delete_columns or ()),
                    period=period,
                )

    def _relation(self, oid: int, row: tuple[Any, ...]) -> SchemaObject | None:
        (
            _, schema, name, kind, persistence, options, access_method, tablespace, partition_by, bound, definition,
            populated, row_security, force_row_security, replica_identity, _, toast_options, output,
        ) = row  # fmt: skip
        ref = Ref(RELATION_KINDS[kind], schema, None, name)
        comment = self._comments.get((_CLASS, oid, 0))
        if kind == "v":
            return PostgresView(
                ref=ref,
                comment=comment,
                definition=definition.rstrip(";"),
                options=tuple(options or ()),
                reads=tuple(self._reads[oid]),
                columns=tuple(self._view_columns[oid]),
                output=tuple(output or ()),
            )
        if kind == "m":
            return PostgresMaterializedView(
                ref=ref,
                comment=comment,
                definition=definition.rstrip(";"),
                options=(*(options or ()), *(f"toast.{option}" for option in toast_options or ())),
                access_method=access_method,
                tablespace=tablespace,
                populated=populated,
                reads=tuple(self._reads[oid]),
                columns=tuple(self._view_columns[oid]),
            )
        if kind == "S":
            return self._sequence(oid, ref, comment, unlogged=persistence == "u")
        return PostgresTable(
            ref=ref,
            comment=comment,
            unlogged=persistence == "u",
            options=(*(options or ()), *(f"toast.{option}" for option in toast_options or ())),
            access_method=access_method,
            tablespace=tablespace,
            partition_by=partition_by,
            bound=bound,
            parents=tuple(self._parents[oid]),
            row_security=row_security,
            force_row_security=force_row_security,
            replica_identity=replica_identity,
        )

    def _sequence(self, oid: int, ref: Ref, comment: str | None, *, unlogged: bool) -> SchemaObject | None:
        row = self._sequences.get(oid)
        if row is None:
            return None
        owner = Ref("column", row[11], row[12], row[13]) if row[13] is not None else None
        return PostgresSequence(
            ref=ref,
            comment=comment,
            type=row[1],
            start=row[2],
            increment=row[3],
            minimum=row[4],
            maximum=row[5],
            cache=row[6],
            cycle=row[7],
            owned_by=owner,
            unlogged=unlogged,
        )

    def _add(self, table: int, item: SchemaObject, identity: str, comment: str | None) -> None:
        if comment is not None and item.comment is None:
            item = msgspec.structs.replace(item, comment=comment)
        self.identities[item.ref] = identity
        self._children[table].append(item)


def _identity(row: tuple[Any, ...], *, always: bool) -> Identity:
    return Identity(
        always=always, start=row[2], increment=row[3], minimum=row[4], maximum=row[5], cache=row[6], cycle=row[7]
    )
