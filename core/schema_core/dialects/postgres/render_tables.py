"""Statements that create tables with their columns and checks, in an order that inheritance and row types allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schema_core.dialects.postgres.objects import check_constraint, column, table
from schema_core.dialects.postgres.objects.check_constraint import PostgresCheckConstraint
from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.materialized_view import PostgresMaterializedView
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.objects.view import PostgresView
from schema_core.dialects.postgres.ordering import ordered
from schema_core.dialects.postgres.quoting import quote, table_of
from schema_core.dialects.postgres.render_views import View, render_view
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


class _Parts(NamedTuple):
    columns: list[PostgresColumn]
    checks: list[PostgresCheckConstraint]


def views_before_tables(realm: Realm) -> frozenset[Ref]:
    """Views that must be there before some table, because a column of it holds their rows."""
    views: dict[Ref, View] = {
        **{item.ref: item for item in realm.of(PostgresView)},
        **{item.ref: item for item in realm.of(PostgresMaterializedView)},
    }
    found: set[Ref] = set()
    waiting = [item.rows_of for item in realm.of(PostgresColumn) if item.rows_of in views]
    while waiting:
        ref = waiting.pop()
        if ref is not None and ref in views and ref not in found:
            found.add(ref)
            waiting += views[ref].reads
    return frozenset(found)


def render_tables(realm: Realm, early_views: frozenset[Ref]) -> Iterator[str]:
    """Tables and partitions, not yet attached, without indexes and keys; and the views that their columns need."""
    tables = {item.ref: item for item in realm.of(PostgresTable)}
    parts = {ref: _parts(realm, ref) for ref in tables}
    inherited_from = {parent for item in tables.values() if item.bound is None for parent in item.parents}
    created = []
    for ref in ordered(_needs(realm, tables, parts, early_views), "tables and views"):
        relation = realm[ref]
        if isinstance(relation, PostgresTable):
            created.append(relation)
            yield from _table(relation, parts, late=ref in inherited_from)
        elif isinstance(relation, PostgresView | PostgresMaterializedView):
            yield from render_view(relation, populate=True)
    yield from _inherited_checks(created, parts, inherited_from)


def render_table(realm: Realm, ref: Ref, keys: Sequence[str] = ()) -> tuple[str, ...]:
    """One table without indexes, whose parents are there already; ``keys`` are clauses of constraints."""
    item = realm[ref]
    if not isinstance(item, PostgresTable):
        return ()
    parts = {one: _parts(realm, one) for one in (ref, *item.parents) if one in realm}
    return tuple(_table(item, parts, late=False, keys=keys))


def _needs(
    realm: Realm, tables: dict[Ref, PostgresTable], parts: dict[Ref, _Parts], early_views: frozenset[Ref]
) -> dict[Ref, tuple[Ref, ...]]:
    needs: dict[Ref, tuple[Ref, ...]] = {}
    for ref, item in sorted(tables.items(), key=lambda entry: entry[1].bound is not None):
        rows = tuple(one.rows_of for one in parts[ref].columns if one.rows_of is not None and one.rows_of != ref)
        needs[ref] = rows if item.bound is not None else (*item.parents, *rows)
    for view in sorted(early_views):
        item_of_view = realm[view]
        if isinstance(item_of_view, PostgresView | PostgresMaterializedView):
            needs[view] = item_of_view.reads
    return needs


def _inherited_checks(
    created: list[PostgresTable], parts: dict[Ref, _Parts], inherited_from: set[Ref]
) -> Iterator[str]:
    """Checks that others inherit, which reach them with their state only when they are there.

    Where such a table says the same itself, the two are merged; so the deepest come first. A table that began
    to inherit after a check was added without validation has it validated all the same.
    """
    for item in reversed(created):
        if item.ref in inherited_from:
            for check in parts[item.ref].checks:
                if not check.inherited and not check.no_inherit:
                    yield check_constraint.add(check, only=False)
    unproven = {(ref, check.ref.name) for ref, part in parts.items() for check in part.checks if not check.validated}
    for item in created:
        for check in parts[item.ref].checks:
            if check.inherited and check.validated and any((one, check.ref.name) in unproven for one in item.parents):
                yield check_constraint.validate(check)


def _parts(realm: Realm, owner: Ref) -> _Parts:
    children = realm.children(owner)
    return _Parts(
        [child for child in children if isinstance(child, PostgresColumn)],
        [child for child in children if isinstance(child, PostgresCheckConstraint)],
    )


def _table(item: PostgresTable, parts: dict[Ref, _Parts], *, late: bool, keys: Sequence[str] = ()) -> Iterator[str]:
    """One table; ``late`` says that checks which others inherit are added when those are there."""
    columns, checks = parts[item.ref]
    own = [check for check in checks if not check.inherited and (check.no_inherit or not late)]
    parents = _parents_at_creation(item, columns, parts)
    yield table.create(item, columns, [check for check in own if check.validated], parents, keys)
    yield from table.adjust(item)
    given = {one.ref.name for parent in parents if parent in parts for one in parts[parent].columns if one.default}
    for one in columns:
        if one.default is None and one.generated is None and one.ref.name in given:
            yield f"ALTER TABLE ONLY {table_of(one.ref)} ALTER COLUMN {quote(one.ref.name)} DROP DEFAULT"
        yield from column.adjust(one)
    for check in own:
        if not check.validated:
            yield check_constraint.add(check, only=True)
    for parent in item.parents[len(parents) :] if item.bound is None else ():
        yield table.join(item, parent)


def _parents_at_creation(
    item: PostgresTable, columns: list[PostgresColumn], parts: dict[Ref, _Parts]
) -> tuple[Ref, ...]:
    """The parents to name in CREATE TABLE: up to the last that something comes from which the table has not itself.

    Others are joined afterwards, which leaves the columns in the order in which they stand.
    """
    if item.bound is not None:
        return ()
    kept = list(item.parents)
    while kept:
        *others, last = kept
        if last not in parts or not _has_all_itself(
            columns, parts[last], [parts[one] for one in others if one in parts]
        ):
            break
        kept.pop()
    return tuple(kept)


def _has_all_itself(columns: list[PostgresColumn], parent: _Parts, others: list[_Parts]) -> bool:
    elsewhere = {one.ref.name for other in others for one in other.columns}
    required_elsewhere = {one.ref.name for other in others for one in other.columns if not one.nullable}
    own = {one.ref.name: one for one in columns}
    return all(
        one.ref.name in own
        and (not own[one.ref.name].inherited or one.ref.name in elsewhere)
        and (one.nullable or not own[one.ref.name].not_null_inherited or one.ref.name in required_elsewhere)
        for one in parent.columns
    )
