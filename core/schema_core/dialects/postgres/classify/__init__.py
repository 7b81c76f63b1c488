"""What a PostgreSQL statement asks for, read from its parse tree as a list of actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import postgast

from schema_core.dialects.postgres.classify import alter_table, creations, definitions, others, removals
from schema_core.schema.statements import Action

_READERS: dict[str, Callable[[Any], tuple[Action, ...]]] = {
    **alter_table.READERS,
    **creations.READERS,
    **definitions.READERS,
    **removals.READERS,
    **others.READERS,
}
"""Name of the parse tree's node to the function that reads it."""


def classify(node: Any) -> tuple[Action, ...]:
    """The actions of one statement's parse tree (a ``pg_query_pb2.Node``); unknown nodes are one action ``other``."""
    name = node.WhichOneof("node")
    if name is None:
        return ()
    reader = _READERS.get(name)
    if reader is None:
        return (Action(kind="other", detail=name.removesuffix("_stmt").replace("_", " ")),)
    return reader(getattr(node, name))


def classify_text(text: str) -> tuple[Action, ...]:
    """The actions of one statement's text; empty when it does not parse."""
    try:
        tree = postgast.parse(text)
    except postgast.PgQueryError:
        return ()
    return tuple(action for raw in tree.stmts for action in classify(raw.stmt))
