"""Statements that create a realm in an empty database."""

from __future__ import annotations

from schema_core.dialects.postgres.objects import domain, enum, extension, foreign_key, schema, sequence
from schema_core.dialects.postgres.objects.comment import set_comment
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.sequence import PostgresSequence
from schema_core.dialects.postgres.render_keys import render_keys
from schema_core.dialects.postgres.render_tables import render_tables, views_before_tables
from schema_core.dialects.postgres.render_views import render_views
from schema_core.schema.objects import Domain, Enum, Extension, Schema
from schema_core.schema.realm import Realm


def render(realm: Realm) -> tuple[str, ...]:
    """The statements, without semicolons, in an order in which each finds what it needs.

    Partitions are made as tables with their own indexes and then attached, so that every name is as it was; foreign
    keys come last, so that cycles do not matter. Raises UserError for views that read each other in a circle.
    """
    early_views = views_before_tables(realm)
    return (
        *(schema.create(item) for item in realm.of(Schema)),
        *(extension.create(item) for item in realm.of(Extension)),
        *(enum.create(item) for item in realm.of(Enum)),
        # Before domains and tables, whose defaults may ask them for numbers.
        *(sequence.create(item) for item in realm.of(PostgresSequence)),
        # By identity, oldest first: a domain can only be based on one that was there before.
        *(statement for item in realm.of(Domain) for statement in domain.create(item)),
        *render_tables(realm, early_views),
        *render_keys(realm),
        *render_views(realm, early_views),
        *(statement for item in realm.of(PostgresSequence) if (statement := sequence.own(item)) is not None),
        *(foreign_key.create(item) for item in realm.of(PostgresForeignKey)),
        *(set_comment(item) for item in realm.values() if item.comment is not None),
    )
