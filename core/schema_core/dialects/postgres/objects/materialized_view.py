"""Materialized views."""

from __future__ import annotations

from schema_core.dialects.postgres.objects.view_column import ViewColumn
from schema_core.dialects.postgres.quoting import qualified, quote
from schema_core.schema.objects import MaterializedView
from schema_core.schema.ref import Ref


class PostgresMaterializedView(MaterializedView, frozen=True, kw_only=True):
    """A materialized view; ``reads`` are what it depends on."""

    options: tuple[str, ...] = ()
    access_method: str | None = None
    tablespace: str | None = None
    populated: bool = True
    reads: tuple[Ref, ...] = ()
    columns: tuple[ViewColumn, ...] = ()


def create(view: PostgresMaterializedView, *, populate: bool) -> str:
    """CREATE MATERIALIZED VIEW; with ``populate`` even one that is to be ``empty`` in the end."""
    text = f"CREATE MATERIALIZED VIEW {qualified(view.ref)}"
    if view.access_method is not None:
        text += f" USING {quote(view.access_method)}"
    if view.options:
        text += f" WITH ({', '.join(view.options)})"
    if view.tablespace is not None:
        text += f" TABLESPACE {quote(view.tablespace)}"
    populated = "" if view.populated or populate else "\nWITH NO DATA"
    return f"{text} AS\n{view.definition}{populated}"


def empty(view: PostgresMaterializedView) -> str:
    """REFRESH MATERIALIZED VIEW … WITH NO DATA."""
    return f"REFRESH MATERIALIZED VIEW {qualified(view.ref)} WITH NO DATA"
