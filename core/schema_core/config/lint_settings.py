"""The settings of ``migrate lint``, checked once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast, get_args

import msgspec

from schema_core.schema.errors import UserError
from schema_core.schema.findings import SEVERITIES, Severity
from schema_core.schema.results import FailOn

_CODE = re.compile(r"[A-Z]{2}\d{3}")


class LintSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What to lint and how strictly.

    Exactly one of ``latest`` (the last N files are new, 0 means all) and ``git_base`` (a git ref) says which files are
    new. ``severities`` overrides codes; None switches a code off.
    """

    directory: str
    directory_format: str = "atlas"
    dev_url: str | None = None
    latest: int | None = None
    git_base: str | None = None
    git_dir: str = "."
    fail_on: FailOn = "error"
    severities: dict[str, Severity | None] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise UserError when the change set is not said, or said twice."""
        if self.latest is None and self.git_base is None:
            raise UserError(
                "Say which files are new: --latest N for the last N files, or --git-base REF for those that REF lacks."
            )
        if self.latest is not None and self.git_base is not None:
            raise UserError("--latest and --git-base exclude each other; pass one of them.")
        if self.latest is not None and self.latest < 1:
            raise UserError(f"--latest takes a number from 1, not {self.latest}.")


def parse_fail_on(value: str) -> FailOn:
    """Check the value of ``--fail-on``."""
    if value not in get_args(FailOn):
        raise UserError(f"--fail-on takes {', '.join(get_args(FailOn))}, not {value!r}.")
    return cast("FailOn", value)


def parse_severities(values: Sequence[str]) -> dict[str, Severity | None]:
    """Check values like ``DS103=warning`` or ``PG575=off``; whether a code exists is checked by the operation."""
    severities: dict[str, Severity | None] = {}
    for value in values:
        code, equals, level = value.partition("=")
        if not equals or not _CODE.fullmatch(code) or level not in (*SEVERITIES, "off"):
            raise UserError(f"--severity takes CODE=error|warning|notice|off, as in DS103=warning, not {value!r}.")
        severities[code] = None if level == "off" else cast("Severity", level)
    return severities
