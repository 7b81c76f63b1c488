"""Questions to a person at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from schema_core.operations.proven_plan import Ask
    from schema_core.schema.ref import Ref


def is_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def rename_question() -> Ask | None:
    """A function that asks whether an object was renamed; None where nobody can answer."""
    from schema_core.text.terminal import terminal

    if not is_terminal():
        return None

    def ask(old: Ref, new: Ref) -> bool:
        sys.stderr.write("\r\x1b[2K")
        return typer.confirm(
            f"Did you rename {terminal(old.kind)} {terminal(old.label())} to {terminal(new.name)}?", err=True
        )

    return ask
