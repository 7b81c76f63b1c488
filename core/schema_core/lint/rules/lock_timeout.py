"""Whether a file keeps a statement from waiting for its lock for ever."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_core.lint.context import ObservedStatement, StatementContext

_PARAMETER = "lock_timeout"
_OFF = re.compile(r"(=|\bto)\s*('\s*0+\s*\w*\s*'|0+|default)\s*;?\s*$", re.IGNORECASE)


def is_lock_timeout_set(context: StatementContext) -> bool:
    """Whether a lock timeout holds: set by who runs the file, or by an earlier statement of it and not taken back."""
    if context.waits_limited:
        return True
    here = _last_setting(context.companions() or (), local=True)
    return bool(_last_setting(context.earlier(), local=False) if here is None else here)


def _last_setting(steps: Iterable[ObservedStatement], *, local: bool) -> bool | None:
    """Whether the last statement about the timeout limits it; ``local`` ones end with their transaction."""
    limited = None
    for step in steps:
        for action in step.statement.actions:
            if action.kind == "set parameter" and action.detail == _PARAMETER:
                if local or not action.has("local"):
                    limited = _OFF.search(step.statement.text) is None
            elif action.kind == "reset parameter" and action.detail in (None, _PARAMETER):
                limited = False
    return limited
