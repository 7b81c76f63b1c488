"""Inputs as variables: SCHEMA_ACTION_<NAME>, or the names of the incumbent's pipe."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from schema_core.schema.errors import UserError
from schema_core.text.truncate import shorten

_UNSET = re.compile(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})")
_COUNT = re.compile(r"[0-9]{1,3}")
_OURS = "SCHEMA_ACTION_"
_ACTION = "ATLAS_ACTION"
_THEIRS = "ATLAS_INPUT_"


def value_of(environment: Mapping[str, str], name: str) -> str:
    """A variable's value without blanks around it; nothing when it only names another one that nobody set.

    A pipe gets ``$TOKEN`` as it stands when the repository has no variable TOKEN.
    """
    value = environment.get(name, "").strip()
    return "" if _UNSET.fullmatch(value) else value


class VariableInputs:
    """The raw values of inputs; ``notice`` is told once when a name of the incumbent was read."""

    def __init__(self, environment: Mapping[str, str], notice: Callable[[str], None]) -> None:
        """Read nothing yet."""
        self._environment = environment
        self._notice = notice
        self._noticed = False

    def given(self, name: str) -> str | None:
        """The value of an input, None when it is not given; raises UserError for a broken list."""
        word = name.upper().replace("-", "_")
        value = self._value(f"{_OURS}{word}")
        if value:
            return value
        other = _ACTION if name == "action" else f"{_THEIRS}{word}"
        theirs = self._value(other)
        if not theirs:
            return value
        if not self._noticed:
            self._noticed = True
            self._notice(f"{other} is read as {_OURS}{word}; rename it, and others that begin with ATLAS_.")
        return theirs

    def _value(self, variable: str) -> str | None:
        """A variable, or the lines of a list: Bitbucket hands lists to a pipe as NAME_COUNT, NAME_0, NAME_1, …"""
        count = value_of(self._environment, f"{variable}_COUNT")
        if not count:
            return value_of(self._environment, variable) if variable in self._environment else None
        if _COUNT.fullmatch(count) is None:
            raise UserError(f"The variable {variable}_COUNT takes a number up to 999, not {shorten(count, 60)!r}.")
        return "\n".join(self._environment.get(f"{variable}_{number}", "") for number in range(int(count)))
