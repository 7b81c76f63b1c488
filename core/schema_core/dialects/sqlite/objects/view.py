"""Views."""

from __future__ import annotations

from schema_core.dialects.sqlite.quoting import listed, quote
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.objects import View
from schema_core.schema.ref import Ref


class SqliteView(View, frozen=True, kw_only=True):
    """A view; ``columns`` are the names that it gives to its columns, where it lists them."""

    columns: tuple[str, ...] = ()


def read(ref: Ref, sql: str) -> SqliteView:
    """A view from its text."""
    reader = TokenReader(sql.encode())
    reader.seek("VIEW")
    reader.next()
    reader.take("IF", "NOT", "EXISTS")
    reader.qualified()
    columns: tuple[str, ...] = ()
    if reader.is_at("("):
        first, last = reader.skip_group()
        columns = tuple(reader.between(*item)[0].name() for item in reader.items(first, last))
    reader.take("AS")
    return SqliteView(ref=ref, definition=reader.verbatim(), columns=columns)


def create(view: SqliteView) -> str:
    """CREATE VIEW."""
    columns = f" {listed(view.columns)}" if view.columns else ""
    return f"CREATE VIEW {quote(view.ref.name)}{columns} AS {view.definition}"
