"""What drops everything in a database, or in one schema of it."""

from __future__ import annotations

from importlib.resources import files

from schema_core.dialects.postgres.contents import droppable
from schema_core.dialects.postgres.databases import administration
from schema_core.dialects.postgres.urls import schema_of
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement
from schema_core.text.truncate import counted_list


def emptying(url: str) -> tuple[PlannedStatement, ...]:
    """See ``target.Target.emptying``.

    Each statement drops what depends on its object too, so that no order fails; IF EXISTS takes what is gone by then.
    Members of an extension go with it, and a schema that the URL names stays, as ``public`` does.
    """
    found = droppable(url)
    schema = schema_of(url)
    if schema is not None:
        _refuse_losses_outside(url, schema)
    return tuple(
        PlannedStatement(
            text=f"DROP {word.upper()} IF EXISTS {identity} CASCADE",
            comment=f"drop {word} {identity}",
            irreversible="what was dropped is gone",
        )
        for word, identity in found
    )


def _refuse_losses_outside(url: str, schema: str) -> None:
    query = (files(__package__) / "outside_dependents.sql").read_bytes()
    with administration(url) as connection:
        rows = connection.execute(query, {"schema": schema}).fetchall()
    if rows:
        names = counted_list([f"{kind} {identity}" for kind, identity in rows], 5)
        raise UserError(
            f"Objects outside schema {schema!r} depend on it and would be dropped along: {names}. Drop them first, or "
            "empty the whole database with a URL that names no schema."
        )
