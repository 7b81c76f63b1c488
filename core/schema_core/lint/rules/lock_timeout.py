"""Whether a file keeps a statement from waiting for its lock for ever."""

from __future__ import annotations

import re

from schema_core.lint.context import StatementContext

_PARAMETER = "lock_timeout"
_OFF = re.compile(r"(=|\bto)\s*('\s*0+\s*\w*\s*'|0+|default)\s*;?\s*$", re.IGNORECASE)


def is_lock_timeout_set(context: StatementContext) -> bool:
    """Whether an earlier statement of the file has set a lock timeout and none has taken it back."""
    limited = False
    for step in context.earlier():
        for action in step.statement.actions:
            if action.kind == "set parameter" and action.detail == _PARAMETER:
                local = action.has("local") and not context.in_file_transaction
                limited = _OFF.search(step.statement.text) is None and not local
            elif action.kind == "reset parameter" and action.detail in (None, _PARAMETER):
                limited = False
    return limited
