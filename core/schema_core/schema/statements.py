"""One SQL statement of a file: its text, where it stands and what it asks for."""

from __future__ import annotations

import msgspec

from schema_core.schema.ref import Ref


class Position(msgspec.Struct, frozen=True, order=True):
    """A place in a file: byte offset from 0; line and column (in characters) from 1."""

    offset: int
    line: int
    column: int


class Span(msgspec.Struct, frozen=True, order=True):
    """From ``start`` up to, not including, ``end``."""

    start: Position
    end: Position


class Directive(msgspec.Struct, frozen=True, kw_only=True):
    """A comment that speaks to the tool: ``-- atlas:nolint DS103`` is name ``nolint``, value ``DS103``."""

    namespace: str
    name: str
    value: str
    position: Position


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a statement asks for, read from its text by the dialect.

    ``kind`` is a short phrase (``create index``, ``add column``, ``alter column type``, ``begin`` …; the dialect's
    ``classify`` documents its list). ``target`` is the object as written, so ``target.schema`` is None where the text
    does not name it. ``table`` is the table an index, trigger or constraint action works on. ``options`` holds flags of
    the text (``concurrently``, ``if not exists``, ``not valid`` …). ``detail`` is a piece of the text for people.
    """

    kind: str
    target: Ref | None = None
    table: Ref | None = None
    options: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    detail: str | None = None

    def has(self, option: str) -> bool:
        """Whether the text carries the flag."""
        return option in self.options


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement. ``text`` ends with its delimiter when that is ``;``; ``comments`` stand directly above it."""

    text: str
    span: Span
    comments: tuple[str, ...] = ()
    directives: tuple[Directive, ...] = ()
    actions: tuple[Action, ...] = ()
