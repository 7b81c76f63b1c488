"""Whether foreign keys are enforced while a statement runs, as far as its file decides that."""

from __future__ import annotations

from typing import Literal

from schema_core.lint.context import ENDS, StatementContext

Enforcement = Literal["off", "as the connection has it", "on"]
_OFF = frozenset({"foreign_keys=off", "foreign_keys=0", "foreign_keys=false", "foreign_keys=no"})


def enforcement(context: StatementContext) -> tuple[Enforcement, bool]:
    """What the file says, and whether it tried to say otherwise inside a transaction, where SQLite does not listen.

    In the transaction that apply opens for a file they are never enforced.
    """
    if context.in_file_transaction:
        return "off", False
    inside = unheard = False
    state: Enforcement = "as the connection has it"
    for step in context.earlier():
        for action in step.statement.actions:
            if action.kind == "begin":
                inside = True
            elif action.kind in ENDS:
                inside = False
            elif action.kind == "set parameter" and (action.detail or "").startswith("foreign_keys="):
                if inside:
                    unheard = action.detail in _OFF
                else:
                    state = "off" if action.detail in _OFF else "on"
    return state, unheard
