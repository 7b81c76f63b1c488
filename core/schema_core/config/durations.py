"""Durations as they are written on the command line: ``10s``, ``500ms``, ``1m30s``."""

from __future__ import annotations

import re

from schema_core.schema.errors import UserError

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)")
_WHOLE = re.compile(rf"(?:{_PART.pattern})+")
_LONGEST = 24 * 3600.0


def parse_duration(value: str, flag: str) -> float:
    """Seconds; 0 needs no unit. Raises UserError for what is no duration or longer than a day."""
    if value.strip() == "0":
        return 0.0
    if _WHOLE.fullmatch(value.strip()) is None:
        raise UserError(f"{flag} takes a duration as in 10s, 500ms or 1m30s, not {value!r}.")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(value))
    if seconds > _LONGEST:
        raise UserError(f"{flag} takes a day at the most, not {value!r}.")
    return seconds
