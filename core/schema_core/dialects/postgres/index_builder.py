"""Builds indexes, and the index options of constraints, from catalog rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schema_core.dialects.postgres.catalog_queries import Rows
from schema_core.dialects.postgres.expressions import bare
from schema_core.dialects.postgres.objects.index import PostgresIndex, PostgresIndexPart
from schema_core.dialects.postgres.objects.key_index import KeyIndex
from schema_core.schema.ref import Ref

_DESCENDING, _NULLS_FIRST = 1, 2
"""Bits of ``indoption`` (src/include/catalog/pg_index.h)."""
_DEFAULT_COLLATION = 100

Attributes = Mapping[int, Mapping[int, tuple[str, int, int]]]
"""Table oid to attribute number to name, type oid and collation oid."""


class IndexBuilder:
    """Reads index rows once and hands them out to constraints or as indexes of their own."""

    def __init__(
        self,
        rows: Rows,
        names: Mapping[int, tuple[str, str]],
        attributes: Attributes,
        collations: Mapping[int, str],
        comments: Mapping[int, str],
    ) -> None:
        self._names = names
        self._attributes = attributes
        self._collations = collations
        self._comments = comments
        self._owned: set[int] = set()
        self._rows = rows["indexes"]
        self._by_oid = {row[0]: row for row in self._rows}
        self._classes = {row[0]: row for row in rows["operator_classes"]}
        self._default_of = {(row[1], row[2]): row[0] for row in rows["operator_classes"] if row[3]}

    def plain(self) -> Iterator[tuple[int, int, PostgresIndex]]:
        """Table oid, index oid and index for each index that was not handed out to a constraint."""
        for row in self._rows:
            if row[0] not in self._owned and row[1] in self._names:
                yield row[1], row[0], self._index(row)

    def key_index(self, oid: int, *, deferrable: bool, deferred: bool, period: bool) -> KeyIndex:
        """The options of a constraint's index."""
        self._owned.add(oid)
        row = self._by_oid.get(oid)
        if row is None:
            return KeyIndex(deferrable=deferrable, initially_deferred=deferred)
        return KeyIndex(
            include=self._included(row),
            nulls_distinct=not row[18],
            options=tuple(row[13] or ()),
            tablespace=row[14],
            deferrable=deferrable,
            initially_deferred=deferred,
            without_overlaps=period,
            clustered=row[16],
            replica_identity=row[17],
            comment=self._comments.get(oid),
            parent_index=_parent(row),
        )

    def unsaid(self, oid: int) -> KeyIndex:
        """The options of an exclusion constraint's index that the server's text of the constraint leaves out."""
        self._owned.add(oid)
        row = self._by_oid.get(oid)
        if row is None:
            return KeyIndex()
        return KeyIndex(
            tablespace=row[14], clustered=row[16], comment=self._comments.get(oid), parent_index=_parent(row)
        )

    def _index(self, row: tuple[Any, ...]) -> PostgresIndex:
        schema, table = self._names[row[1]]
        return PostgresIndex(
            ref=Ref("index", schema, table, row[2]),
            parts=tuple(self._part(row, position) for position in range(row[6])),
            unique=row[5],
            method=row[3],
            include=self._included(row),
            predicate=row[12],
            nulls_distinct=not row[18],
            options=tuple(row[13] or ()),
            tablespace=row[14],
            valid=row[15],
            clustered=row[16],
            replica_identity=row[17],
            partitioned=row[19],
            parent_index=_parent(row),
        )

    def _part(self, row: tuple[Any, ...], position: int) -> PostgresIndexPart:
        number = row[7][position]
        # Arrays of options, classes and collations have an entry for key columns only, except in int2vector's own type.
        option = row[8][position] if position < len(row[8]) else 0
        operator_class, collation = row[9][position], row[10][position]
        column, type_oid, column_collation = None, 0, _DEFAULT_COLLATION
        expression = None
        if number:
            column, type_oid, column_collation = self._attributes[row[1]].get(number, (None, 0, 0))
        else:
            expression = bare(row[11][position])
        options = row[20][position] if row[20] and position < len(row[20]) else None
        statistics = row[21][position] if row[21] else None
        collated = self._collations.get(collation) if collation and collation != column_collation else None
        if expression is not None and collation == _DEFAULT_COLLATION and " COLLATE " in expression:
            collated = self._collations[collation]
        return PostgresIndexPart(
            column=column,
            expression=expression,
            descending=bool(option & _DESCENDING),
            nulls_first=bool(option & _NULLS_FIRST),
            collation=collated,
            operator_class=self._operator_class(operator_class, row[4], type_oid, needs_name=bool(options)),
            operator_class_options=options or None,
            statistics=statistics if statistics != -1 else None,
        )

    def _operator_class(self, oid: int, method: int, type_oid: int, *, needs_name: bool) -> str | None:
        """The class's name unless it is what the server would take anyway (GetDefaultOpClass in indexcmds.c)."""
        row = self._classes.get(oid)
        if row is None:
            return None
        is_default = row[3] and self._default_of.get((method, type_oid), oid) == oid
        return None if is_default and not needs_name else str(row[4])

    def _included(self, row: tuple[Any, ...]) -> tuple[str, ...]:
        attributes = self._attributes[row[1]]
        return tuple(attributes[number][0] for number in row[7][row[6] :] if number in attributes)


def _parent(row: tuple[Any, ...]) -> Ref | None:
    """The partitioned index that an index is part of."""
    schema, table, name = row[22:25]
    return Ref("index", schema, table, name) if name is not None else None
