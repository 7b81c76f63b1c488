"""Views."""

from __future__ import annotations

from typing import ClassVar

from schema_core.dialects.postgres.objects.view_column import ViewColumn
from schema_core.dialects.postgres.quoting import qualified
from schema_core.schema.objects import View
from schema_core.schema.ref import Ref


class PostgresView(View, frozen=True, kw_only=True):
    """A view with its options (``security_barrier=true``, ``check_option=local``); ``reads`` are what it depends on.

    ``output`` are its columns, each with name, type and collation: what a replacement must begin with.
    """

    NOT_COMPARED: ClassVar[frozenset[str]] = frozenset({"output"})

    options: tuple[str, ...] = ()
    reads: tuple[Ref, ...] = ()
    columns: tuple[ViewColumn, ...] = ()
    output: tuple[str, ...] = ()


def create(view: PostgresView, *, replace: bool = False) -> str:
    """CREATE VIEW, or CREATE OR REPLACE VIEW."""
    options = f" WITH ({', '.join(view.options)})" if view.options else ""
    return f"CREATE {'OR REPLACE ' if replace else ''}VIEW {qualified(view.ref)}{options} AS\n{view.definition}"
