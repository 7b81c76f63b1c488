"""What the actions share that read or change a database which is not thrown away."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from schema_ci.inputs import Inputs
from schema_ci.platforms.protocol import Platform
from schema_core.apply.carry_out import Tell
from schema_core.config.durations import parse_duration
from schema_core.dialects.protocol import Scope
from schema_core.operations.on_target import TargetSettings
from schema_core.report.account_text import begun, duration, waited
from schema_core.schema.accounts import Wait
from schema_core.schema.errors import UserError
from schema_core.schema.plans import PlannedStatement
from schema_core.text.redact import redact_url

_FILE = "file://"


def enter(platform: Platform, working_directory: str) -> Path:
    """Go to the working directory; return the checkout's root. Raises UserError."""
    root = Path(platform.context.root).resolve()
    wanted = root / working_directory
    if not wanted.is_dir():
        raise UserError(f"There is no directory {working_directory}; correct the input working-directory.")
    os.chdir(wanted)
    return root


def refuse_forks(platform: Platform) -> None:
    """Raise UserError in a run for a fork: its code must not get at the address of a database that is kept."""
    request = platform.context.pull_request
    if platform.context.from_fork or (request is not None and request.from_fork):
        raise UserError(
            "This run is about a fork's code, which must never get at a database that is not thrown away: run this "
            "action for branches of the repository only."
        )


def scope_of(inputs: Inputs) -> Scope:
    """What the inputs ``schema``, ``include`` and ``exclude`` choose."""
    return Scope(schemas=inputs.lines("schema"), include=inputs.lines("include"), exclude=inputs.lines("exclude"))


def target_settings(inputs: Inputs) -> TargetSettings:
    """The lock that the inputs say; raises UserError for a malformed duration."""
    return TargetSettings(
        lock_name=inputs.text("lock-name"),
        lock_timeout=parse_duration(inputs.text("lock-timeout"), "lock-timeout"),
    )


def key_of(label: str, urls: Sequence[str], working_directory: str) -> str:
    """What tells a run's comment and status from those of others: the label, or what is applied and from where."""
    if label:
        return label
    names = ", ".join(redact_url(url).removeprefix(_FILE) for url in urls)
    return names if working_directory in {"", "."} else f"{working_directory}: {names}"


def telling(platform: Platform) -> Tell:
    """Functions that log statement by statement how it goes."""

    def begins(_index: int, statement: PlannedStatement) -> None:
        for line in begun(statement).splitlines():
            platform.log(line)

    def ends(_index: int, milliseconds: float) -> None:
        platform.log(f"  -- ok ({duration(milliseconds)})")

    def waits(wait: Wait, pause: float) -> None:
        platform.log(waited(wait, pause))

    return Tell(begins=begins, ends=ends, waits=waits)


def exit_code(interrupted: int | None, *, failed: bool) -> int:
    """128 and the number of the signal that ended the run, else 1 for a bad end."""
    if interrupted is not None:
        return 128 + interrupted
    return 1 if failed else 0
