"""Views."""

from __future__ import annotations

from schema_core.dialects.postgres.objects.view_column import ViewColumn
from schema_core.dialects.postgres.quoting import qualified
from schema_core.schema.objects import View
from schema_core.schema.ref import Ref


class PostgresView(View, frozen=True, kw_only=True):
    """A view with its options (``security_barrier=true``, ``check_option=local``); ``reads`` are what it depends on."""

    options: tuple[str, ...] = ()
    reads: tuple[Ref, ...] = ()
    columns: tuple[ViewColumn, ...] = ()


def create(view: PostgresView) -> str:
    """CREATE VIEW."""
    options = f" WITH ({', '.join(view.options)})" if view.options else ""
    return f"CREATE VIEW {qualified(view.ref)}{options} AS\n{view.definition}"
