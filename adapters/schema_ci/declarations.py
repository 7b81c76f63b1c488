"""How actions are described: their inputs and outputs, in types that every platform's files are made from."""

from __future__ import annotations

from typing import Literal

import msgspec

CommentMode = Literal["always", "changes", "failures", "off"]
"""When an action comments: always, when there are new files, when the verdict is bad, or never."""

WebhookMode = Literal["failure", "success", "always"]
"""Which ends of a run an action tells to a webhook."""

Kind = Literal["text", "list", "number", "boolean", "choice"]


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One input of an action.

    A ``list`` has one value a line. ``choices`` are the values of a ``choice``. ``default`` is what counts when the
    input is not given or empty. ``ignored`` is set for inputs of the incumbent that mean nothing here: they are taken,
    and a value is answered by a notice with this text. ``refused`` is set for those whose value cannot be honoured yet.
    """

    name: str
    description: str
    kind: Kind = "text"
    default: str = ""
    choices: tuple[str, ...] = ()
    secret: bool = False
    ignored: str = ""
    refused: str = ""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One output of an action; its value is one line."""

    name: str
    description: str


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One action; ``name`` is a path like ``migrate/lint``."""

    name: str
    title: str
    summary: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]

    def input(self, name: str) -> Input:
        """The input of this name; a KeyError for an unknown one is a defect of ours."""
        return {item.name: item for item in self.inputs}[name]
