"""Statements that create views and materialized views."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.objects import materialized_view, view, view_column
from schema_core.dialects.postgres.objects.materialized_view import PostgresMaterializedView
from schema_core.dialects.postgres.objects.view import PostgresView
from schema_core.dialects.postgres.ordering import ordered
from schema_core.dialects.postgres.render_keys import render_keys_of
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

View = PostgresView | PostgresMaterializedView


def render_views(realm: Realm, early: frozenset[Ref]) -> Iterator[str]:
    """All views but the ``early`` ones, which are there already, and the indexes of all materialized views."""
    views: dict[Ref, View] = {
        **{item.ref: item for item in realm.of(PostgresView)},
        **{item.ref: item for item in realm.of(PostgresMaterializedView)},
    }
    read = {ref for item in views.values() for ref in item.reads} | early
    for ref in ordered({ref: item.reads for ref, item in views.items()}, "views"):
        if ref not in early:
            yield from render_view(views[ref], populate=ref in read)
        if isinstance(views[ref], PostgresMaterializedView):
            yield from render_keys_of(realm, ref)
    for item in views.values():
        if isinstance(item, PostgresMaterializedView) and not item.populated and item.ref in read:
            yield materialized_view.empty(item)


def render_view(item: View, *, populate: bool) -> Iterator[str]:
    """One view; ``populate`` says that others read it, which only a populated materialized view allows."""
    if isinstance(item, PostgresView):
        yield view.create(item)
    else:
        yield materialized_view.create(item, populate=populate)
    yield from view_column.adjust(item.ref, item.columns)
