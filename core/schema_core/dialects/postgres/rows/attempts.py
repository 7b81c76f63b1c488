"""Which rows a table is offered: statements of which the first that the server accepts is enough."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.quoting import literal, qualified, quote
from schema_core.dialects.postgres.rows.values import Types, array_of, hinted, value
from schema_core.schema.objects import CheckConstraint, Domain, Enum, ForeignKey
from schema_core.schema.objects import Sequence as SequenceObject
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

ROWS = 3
"""Rows of a table: one as full as can be, one of defaults, one of nulls."""
_MOST = 24
"""Attempts at a row."""
_DEFAULT, _NULL = "DEFAULT", "NULL"
_VALUE = re.compile(r"\bVALUE\b")


class Attempts:
    """Statements for the tables of one state that suit another too."""

    def __init__(self, before: Realm, after: Realm) -> None:
        """Take what the database holds, and what it is to become."""
        self._before, self._after = before, after
        self._types = _types(before)
        self._kept = _kept_types(before, after)
        self._later = {**_types(after), **self._kept}
        counted = (one.owned_by for one in before.of(SequenceObject))
        self._counted = {ref for ref in counted if ref is not None}

    def of(self, table: PostgresTable, number: int) -> tuple[str, ...]:
        """Statements that insert the ``number``-th row of a table; a partition gets it through the whole.

        Values for columns that checks speak of are chosen by the server, from all that are offered: those that pass.
        """
        root, bounds = self._root(table)
        columns = [
            item
            for item in self._before.children(root.ref)
            if isinstance(item, PostgresColumn) and item.generated is None and not self._counts(item)
        ]
        held, wanted = self._checks_of(self._before, root, columns), self._checks_of(self._after, root, columns)
        offers = {item: self._offers(item, bounds.get(item.ref.name, []), held + wanted, number) for item in columns}
        filters = [[*held, *wanted], held, []] if held or wanted else [[]]
        found: dict[str, None] = {}
        for index in range(max(map(len, offers.values()), default=1)):
            for checks in filters:
                found[self._insert(root.ref, offers, checks, index)] = None
        return tuple(found)[:_MOST]

    def _insert(self, table: Ref, offers: dict[PostgresColumn, list[str]], checks: list[str], index: int) -> str:
        values: dict[str, str] = {}
        sources: list[str] = []
        for column, offered in offers.items():
            name, kind = quote(column.ref.name), self._base(column.type)
            if any(_speaks_of(check, column.ref.name) for check in checks):
                rows = ", ".join(f"({one}::{kind})" for one in offered if one != _DEFAULT)
                sources.append(f"(VALUES {rows}) AS {quote(f'of {column.ref.name}')} ({name})")
                values[name] = name
            elif (one := offered[min(index, len(offered) - 1)]) != _DEFAULT:
                values[name] = f"{one}::{column.type}"
        if not values:
            return f"INSERT INTO {qualified(table)} DEFAULT VALUES"
        text = f"INSERT INTO {qualified(table)} ({', '.join(values)}) SELECT {', '.join(values.values())}"
        if sources:
            text += f" FROM {', '.join(sources)} WHERE {' AND '.join(f'(({check}) IS NOT FALSE)' for check in checks)}"
        return f"{text} LIMIT 1"

    def _counts(self, column: PostgresColumn) -> bool:
        return column.identity is not None or (column.default is not None and column.ref in self._counted)

    def _offers(self, column: PostgresColumn, bounds: list[str], checks: list[str], number: int) -> list[str]:
        """SQL of values for a column, the most fitting first."""
        if bounds:
            return [*self._references(column, number), *(literal(text) for text in bounds)]
        kind = column.type
        later = self._after.get(column.ref)
        becomes = later.type if isinstance(later, PostgresColumn) else kind
        found: list[str] = []
        if number == ROWS and column.nullable and (not isinstance(later, PostgresColumn) or self._may_be_null(later)):
            found.append(_NULL)
        if number == ROWS - 1 and column.default is not None and becomes == kind:
            found.append(_DEFAULT)
        found += self._references(column, number)
        if becomes != kind:
            found.append(literal(value(becomes, number, self._later)))
        known = {**self._types, **self._kept}
        steps: tuple[int, ...] = (0, ROWS)
        about = [check for check in checks if _speaks_of(check, column.ref.name)]
        if about:
            about_it = [literal(text) for text in hinted(about, self._base(kind), known)]
            turn = (number - 1) % len(about_it) if about_it else 0
            found += [*about_it[turn:], *about_it[:turn]]
            steps = (0, ROWS, 10, 100)
        inner = self._types.get(kind.removesuffix("[]"))
        if kind.endswith("[]") and isinstance(inner, Domain):
            hints = hinted([check.expression for check in inner.checks], self._base(inner.type), known)
            found += [literal(array_of(text)) for text in hints]
        found += [literal(value(kind, number + step, known)) for step in steps]
        if column.default is not None:
            found.append(_DEFAULT)
        if column.nullable:
            found.append(_NULL)
        return list(dict.fromkeys(found))

    def _checks_of(self, realm: Realm, table: PostgresTable, columns: Sequence[PostgresColumn]) -> list[str]:
        """What a state's checks ask of a row, those of domains included."""
        found = [item.expression for item in realm.children(table.ref) if isinstance(item, CheckConstraint)]
        for column in columns:
            later = realm.get(column.ref)
            kind = later.type if isinstance(later, PostgresColumn) else column.type
            types = self._types if realm is self._before else self._later
            name = quote(column.ref.name)
            while isinstance(domain := types.get(kind), Domain):
                found += [name.join(_VALUE.split(check.expression)) for check in domain.checks]
                kind = domain.type
        return list(dict.fromkeys(found))

    def _may_be_null(self, later: PostgresColumn) -> bool:
        kind, nullable = later.type, later.nullable
        while isinstance(domain := self._later.get(kind), Domain):
            kind, nullable = domain.type, nullable and domain.nullable
        return nullable

    def _base(self, kind: str) -> str:
        """The type under a domain."""
        while isinstance(domain := self._types.get(kind), Domain):
            kind = domain.type
        return kind

    def _references(self, column: PostgresColumn, number: int) -> Iterator[str]:
        """Values of the rows that a column refers to, or will refer to."""
        ref = column.ref
        for realm in (self._before, self._after):
            for key in realm.children(Ref("table", ref.schema, None, ref.parent or "")):
                if not isinstance(key, ForeignKey) or ref.name not in key.columns:
                    continue
                if key.references not in self._before:
                    continue
                wanted = key.referenced_columns[key.columns.index(ref.name)]
                if any(Ref("column", key.references.schema, key.references.name, name) not in self._before
                       for name in key.referenced_columns):  # fmt: skip
                    continue
                order = ", ".join(quote(name) for name in key.referenced_columns)
                for offset in dict.fromkeys((number - 1, 0)):
                    yield (
                        f"(SELECT {quote(wanted)} FROM {qualified(key.references)} "  # noqa: S608 - quoted
                        f"ORDER BY {order} OFFSET {offset} LIMIT 1)"
                    )
                return

    def _root(self, table: PostgresTable) -> tuple[PostgresTable, dict[str, list[str]]]:
        """The whole that a partition belongs to, and values of its key that lead into the partition."""
        bounds: dict[str, list[str]] = {}
        while table.bound is not None and table.parents:
            parent = self._before.get(table.parents[0])
            if not isinstance(parent, PostgresTable) or parent.partition_by is None:
                break
            names = [
                item.ref.name
                for item in self._before.children(parent.ref)
                if isinstance(item, PostgresColumn) and _speaks_of(parent.partition_by, item.ref.name)
            ]
            names.sort(key=lambda name: parent.partition_by.index(name) if parent.partition_by else 0)
            for name, texts in zip(names, _bound_values(table.bound, len(names)), strict=False):
                bounds.setdefault(name, []).extend(texts)
            table = parent
        return table, bounds


def in_order(before: Realm, after: Realm, tables: Collection[Ref]) -> list[PostgresTable]:
    """The tables that rows are offered to; those that they refer to, or will, come first as far as that can be."""
    found: dict[Ref, None] = {}

    def visit(ref: Ref) -> None:
        stack = [(ref, iter(_referred(before, after, ref)))]
        seen.add(ref)
        while stack:
            one, rest = stack[-1]
            following = next((other for other in rest if other not in seen), None)
            if following is None:
                stack.pop()
                found[one] = None
            else:
                seen.add(following)
                stack.append((following, iter(_referred(before, after, following))))

    seen: set[Ref] = set()
    for ref in sorted(tables):
        if ref not in seen:
            visit(ref)
    wanted = set(tables)
    items = (before.get(ref) for ref in found if ref in wanted)
    return [item for item in items if isinstance(item, PostgresTable) and item.partition_by is None]


def _referred(before: Realm, after: Realm, ref: Ref) -> Iterator[Ref]:
    """The tables that a table's keys name, and for a partition those of the whole; partitions of what is named too."""
    table = before.get(ref)
    if not isinstance(table, PostgresTable):
        return
    for key in (*before.children(ref), *after.children(ref)):
        if isinstance(key, ForeignKey) and key.references != ref:
            yield key.references
    yield from table.parents
    if table.partition_by is not None:
        yield from _leaves_of(before, ref)


def _leaves_of(before: Realm, ref: Ref) -> Iterator[Ref]:
    return (table.ref for table in before.of(PostgresTable) if ref in table.parents)


def _types(realm: Realm) -> dict[str, Enum | Domain]:
    found: dict[str, Enum | Domain] = {qualified(item.ref): item for item in realm.of(Enum)}
    found.update({qualified(item.ref): item for item in realm.of(Domain)})
    return found


def _kept_types(before: Realm, after: Realm) -> Types:
    """Enums with the values alone that they will still have."""
    found: dict[str, Enum | Domain] = {}
    for enum in before.of(Enum):
        later = after.get(enum.ref)
        if isinstance(later, Enum):
            values = tuple(one for one in enum.values if one in later.values)
            if values:
                found[qualified(enum.ref)] = Enum(ref=enum.ref, values=values)
    return found


def _speaks_of(expression: str, name: str) -> bool:
    return re.search(rf"(?<![\w$\"]){re.escape(quote(name))}(?![\w$\"])", expression) is not None


def _bound_values(bound: str, columns: int) -> Iterator[list[str]]:
    """For each column of a partition key, values inside a partition's bound."""
    texts = re.findall(r"'((?:[^']|'')*)'|(?<![\w'])(MINVALUE|MAXVALUE|-?\d+(?:\.\d+)?|true|false)(?![\w'])", bound)
    values = [word or quoted.replace("''", "'") for quoted, word in texts]
    if " IN (" in bound:
        yield values
        return
    if " FROM (" not in bound:
        # By hash, or the rest: whatever leads there.
        return
    for low, high in zip(values[:columns], values[columns:], strict=False):
        if low != "MINVALUE":
            yield [low]
        elif re.fullmatch(r"-?\d+(\.\d+)?", high):
            yield [str(int(float(high)) - 1)]
        else:
            yield ["1900-01-01", "0001-01-01", "0", ""]
