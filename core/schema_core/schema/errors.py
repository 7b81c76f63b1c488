"""The one exception that a person may see."""

from __future__ import annotations


class UserError(Exception):
    """Bad input or a missing piece: the tool could not do its job (exit code 2).

    The text is one clear sentence and says what to do about it; it may hold attacker-controlled text, so it is printed
    through ``schema_core.text`` like everything else.
    """
