"""The shape that all functions share that read one node of a parse tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

Reader = Callable[[Any], tuple[Action, ...]]
"""Takes the message of one statement (of the type that its node's name says) and returns its actions."""


def plain(kind: str) -> Reader:
    """A statement of which only its kind matters."""
    actions = (Action(kind=kind),)
    return lambda _: actions


def bare_name(verb: str, noun: str, field: str) -> Reader:
    """A statement about one object outside schemas, whose name stands in a field."""

    def read(statement: Any) -> tuple[Action, ...]:
        return (Action(kind=f"{verb} {noun}", target=Ref(noun, None, None, getattr(statement, field))),)

    return read
