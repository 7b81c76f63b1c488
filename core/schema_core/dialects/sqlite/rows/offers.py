"""What the rows of a table are made of: for each column, or columns that refer together, what may stand there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product

import msgspec

from schema_core.dialects.sqlite.lexer import tokens
from schema_core.dialects.sqlite.objects.column import SqliteColumn
from schema_core.dialects.sqlite.quoting import quote
from schema_core.dialects.sqlite.rows.values import Value, hinted, value
from schema_core.schema.objects import CheckConstraint, ForeignKey, Index, PrimaryKey, Table, UniqueConstraint
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

ROWS = 3
"""Rows of a table: one as full as can be, one of defaults, one of nulls."""
_DEFAULTS, _NULLS = 2, 3
_MOST = 400
"""Attempts at a row."""
_MOST_IN_SLOT = 40
_FURTHER = (0, 100, 200)
"""What is added for further values of a column, where the first one is taken."""

Row = Mapping[str, Value]
"""Values by column; what is left out gets its default."""


class _Check(msgspec.Struct, frozen=True):
    """An expression that must not be false, and the columns that it speaks of."""

    expression: str
    columns: frozenset[str]


class _Slot(msgspec.Struct, frozen=True):
    """A column, or several that belong together, and what may stand there, the likeliest first."""

    columns: frozenset[str]
    rows: Sequence[Row]


class Offers:
    """The rows that tables of one state are offered, the likeliest first; they should suit another state too.

    They refer to rows of these tables only.
    """

    def __init__(
        self,
        before: Realm,
        after: Realm,
        tables: Iterable[Ref],
        database: sqlite3.Connection,
        judge: sqlite3.Connection,
    ) -> None:
        """Take both states, the database that holds the first, and any other that can tell what an expression says."""
        self._before, self._after = before, after
        self._tables = frozenset(tables)
        self._database, self._judge = database, judge

    def of(self, table: Table, number: int) -> Iterator[Row]:
        """What the ``number``-th row of a table may be."""
        columns = self._columns(table.ref)
        checks = self._checks(table.ref, columns)
        slots: list[_Slot] = []
        for key in self._keys(table.ref):
            _join(slots, self._reference(key, columns, number))
        taken = frozenset[str]().union(*(slot.columns for slot in slots))
        slots += [self._slot(item, checks, number) for name, item in columns.items() if name not in taken]
        slots = [msgspec.structs.replace(slot, rows=self._fitting(table, slot, checks)) for slot in slots]
        contended = self._contended(table.ref, checks)
        chosen = [slot.rows for slot in slots if slot.columns & contended]
        fixed = [slot.rows[:1] for slot in slots if not slot.columns & contended]
        yield from (_merged(rows) for rows in islice(product(*fixed, *chosen), _MOST))
        yield from _one_by_one([slot.rows for slot in slots])
        yield from _side_by_side([slot.rows for slot in slots])

    def _columns(self, table: Ref) -> dict[str, SqliteColumn]:
        """The columns that a row can be given values for, under their folded names."""
        items = (item for item in self._before.children(table) if isinstance(item, SqliteColumn))
        return {item.ref.name.lower(): item for item in items if item.generated is None}

    def _checks(self, table: Ref, columns: Mapping[str, SqliteColumn]) -> list[_Check]:
        """What both states ask of the columns; what speaks of other columns cannot be asked beforehand."""
        known = {item.ref.name.lower() for realm in self._states() for item in realm.children(table)}
        found: dict[str, _Check] = {}
        for item in self._belonging(table):
            if isinstance(item, CheckConstraint):
                spoken = _words(item.expression) & known
                if spoken <= columns.keys():
                    found[item.expression] = _Check(item.expression, spoken)
        return list(found.values())

    def _keys(self, table: Ref) -> Iterable[ForeignKey]:
        keys = (item for item in self._belonging(table) if isinstance(item, ForeignKey))
        return {(key.columns, key.references, key.referenced_columns): key for key in keys}.values()

    def _belonging(self, table: Ref) -> Iterator[object]:
        return (item for realm in self._states() for item in realm.children(table))

    def _states(self) -> tuple[Realm, Realm]:
        return self._before, self._after

    def _contended(self, table: Ref, checks: Sequence[_Check]) -> frozenset[str]:
        """The columns whose values have to do with those of other columns or other rows."""
        found = {name for check in checks if len(check.columns) > 1 for name in check.columns}
        for item in self._belonging(table):
            if isinstance(item, PrimaryKey | UniqueConstraint):
                found.update(name.lower() for name in item.columns)
            if isinstance(item, Index) and item.unique:
                found.update(name for part in item.parts for name in _words(part.column or part.expression or ""))
                found.update((part.column or "").lower() for part in item.parts)
        return frozenset(found)

    def _slot(self, item: SqliteColumn, checks: Sequence[_Check], number: int) -> _Slot:
        name = item.ref.name
        spoken = [check.expression for check in checks if name.lower() in check.columns]
        later = self._after.get(item.ref)
        kinds = [item.type]
        if isinstance(later, SqliteColumn):
            # Bytes are the one thing that nothing else becomes.
            kinds.insert(0 if "BLOB" in later.type.upper() else 1, later.type)
        rows: list[Row] = []
        if number == _DEFAULTS and item.default is not None:
            rows.append({})
        if number == _NULLS and self._takes_null(item):
            rows.append({name: None})
        rows += [{name: one} for one in _natural(item, kinds, number)]
        rows += [{name: one} for kind in dict.fromkeys(kinds) for one in hinted(tuple(spoken), kind)]
        return _Slot(frozenset([name.lower()]), _distinct(rows))

    def _takes_null(self, item: SqliteColumn) -> bool:
        """Whether the column is nullable in both states; null in a primary key means another thing."""
        later = self._after.get(item.ref)
        key = {
            name.lower()
            for other in self._belonging(Ref("table", item.ref.schema, None, item.ref.parent or ""))
            if isinstance(other, PrimaryKey)
            for name in other.columns
        }
        nullable = item.nullable and (not isinstance(later, SqliteColumn) or later.nullable)
        return nullable and item.ref.name.lower() not in key

    def _reference(self, key: ForeignKey, columns: Mapping[str, SqliteColumn], number: int) -> _Slot | None:
        """Rows of the other table to refer to, then those that it should get; None for columns that are not there."""
        own = [columns.get(name.lower()) for name in key.columns]
        items = [item for item in own if item is not None]
        if len(items) < len(own):
            return None
        names = [item.ref.name for item in items]
        nothing: Row = dict.fromkeys(names)
        nullable = all(self._takes_null(item) for item in items)
        referenced = self._referenced(key)
        rows: list[Row] = [nothing] if nullable and (number == _NULLS or not referenced) else []
        if referenced:
            there = self._there(referenced)
            turn = (number - 1) % len(there) if there else 0
            rows += [dict(zip(names, found, strict=True)) for found in (*there[turn:], *there[:turn])]
        for other in (number, *range(1, ROWS + 1)):
            sources = referenced or items
            rows.append(
                {name: next(_natural(one, [one.type], other)) for name, one in zip(names, sources, strict=True)}
            )
        return _Slot(frozenset(name.lower() for name in names), _distinct(rows))

    def _referenced(self, key: ForeignKey) -> list[SqliteColumn]:
        """The columns that a key refers to, where there are rows to refer to."""
        if key.references not in self._tables:
            return []
        columns = {
            item.ref.name.lower(): item
            for item in self._before.children(key.references)
            if isinstance(item, SqliteColumn)
        }
        found = [columns.get(name.lower()) for name in key.referenced_columns]
        items = [item for item in found if item is not None]
        return items if len(items) == len(key.columns) else []

    def _there(self, columns: Sequence[SqliteColumn]) -> list[tuple[Value, ...]]:
        names = [quote(item.ref.name) for item in columns]
        listed, present = ", ".join(names), " AND ".join(f"{name} IS NOT NULL" for name in names)
        table = quote(columns[0].ref.parent or "")
        query = f"SELECT DISTINCT {listed} FROM main.{table} WHERE {present} ORDER BY {listed} LIMIT {ROWS}"  # noqa: S608 - quoted
        return self._database.execute(query).fetchall()

    def _fitting(self, table: Table, slot: _Slot, checks: Sequence[_Check]) -> Sequence[Row]:
        """What may stand in a slot as far as the checks go that speak of nothing else; the least bad otherwise."""
        asked = [check.expression for check in checks if check.columns and check.columns <= slot.columns]
        if not asked:
            return slot.rows
        broken = [sum(not self._holds(table, row, expression) for expression in asked) for row in slot.rows]
        return [row for row, number in zip(slot.rows, broken, strict=True) if number == min(broken)]

    def _holds(self, table: Table, row: Row, expression: str) -> bool:
        if not row:
            return True
        listed = ", ".join(f"? AS {quote(name)}" for name in row)
        query = f"SELECT ({expression}) FROM (SELECT {listed}) AS {quote(table.ref.name)}"  # noqa: S608 - a check's own text
        try:
            found = self._judge.execute(query, tuple(row.values())).fetchone()[0]
        except sqlite3.Error:
            return True  # the row itself will show
        return found is None or bool(found)


def _natural(item: SqliteColumn, kinds: Iterable[str], number: int) -> Iterator[Value]:
    """A column's ``number``-th value of each type, then further ones; other columns have others."""
    kinds = list(dict.fromkeys(kinds))
    return (value(kind, 10 * item.position + number + more) for more in _FURTHER for kind in kinds)


def _join(slots: list[_Slot], added: _Slot | None) -> None:
    """Add a slot; with those that share columns with it, it becomes one, of the rows that agree."""
    if added is None:
        return
    for slot in [slot for slot in slots if slot.columns & added.columns]:
        agreeing = [
            {**first, **second}
            for first in slot.rows
            for second in added.rows
            if all(first[name] == second[name] for name in first.keys() & second.keys())
        ]
        slots.remove(slot)
        rows = agreeing or [{**first, **second} for first, second in zip(slot.rows, added.rows, strict=False)]
        added = _Slot(slot.columns | added.columns, _distinct(rows))
    slots.append(added)


def _distinct(rows: Iterable[Row]) -> list[Row]:
    found: dict[object, Row] = {}
    for row in rows:
        found.setdefault(tuple((name, type(one), one) for name, one in row.items()), row)
    return list(found.values())[:_MOST_IN_SLOT]


def _one_by_one(slots: Sequence[Sequence[Row]]) -> Iterator[Row]:
    """The first of each, but for one."""
    for place, rows in enumerate(slots):
        others = [other[0] for at, other in enumerate(slots) if at != place]
        yield from (_merged([*others, row]) for row in rows[1:])


def _side_by_side(slots: Sequence[Sequence[Row]]) -> Iterator[Row]:
    """The first of each, then the second of each, and so on; those that have fewer begin again."""
    for index in range(max(map(len, slots), default=1)):
        yield _merged(rows[index % len(rows)] for rows in slots)


def _merged(rows: Iterable[Row]) -> Row:
    return {name: one for row in rows for name, one in row.items()}


@lru_cache(maxsize=1000)
def _words(expression: str) -> frozenset[str]:
    """The folded names that an expression may speak of."""
    found = tokens(expression.encode())
    return frozenset(token.name().lower() for token in found if token.kind in ("word", "quoted"))
