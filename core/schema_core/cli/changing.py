"""What the commands share that change a database: what is shown before, while and after they do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import typer

from schema_core.cli.output import show_notices, write
from schema_core.cli.questions import is_terminal

if TYPE_CHECKING:
    from schema_core.apply.carry_out import Tell
    from schema_core.operations.on_target import TargetSettings
    from schema_core.schema.plans import PlannedStatement
    from schema_core.schema.results import ApplyResult, CleanResult, Notice, PlanResult

_FAILED = 1


def target_settings(
    lock_name: str, lock_timeout: str, *, skip_lock: bool, lock_wait: str, lock_retries: int
) -> TargetSettings:
    """The settings that the options say; raises UserError for a malformed one."""
    from schema_core.apply.carry_out import Patience
    from schema_core.config.durations import parse_duration
    from schema_core.operations.on_target import TargetSettings

    return TargetSettings(
        lock_name=None if skip_lock else lock_name,
        lock_timeout=parse_duration(lock_timeout, "--lock-timeout"),
        patience=Patience(lock_wait=parse_duration(lock_wait, "--lock-wait"), retries=lock_retries),
    )


class Dialogue:
    """Shows a plan, asks, and shows what became of it, on the stream that fits the format."""

    def __init__(self, report_format: str, *, auto_approve: bool, question: str, clear: Callable[[], None]) -> None:
        """``clear`` takes away what shows the progress so far."""
        self._format = report_format
        self._auto_approve = auto_approve
        self._question = question
        self._clear = clear
        self._shown = False
        self._told = 0

    def approve(self, result: ApplyResult | CleanResult) -> bool:
        """Show the plan and ask; raises UserError where nobody can be asked and nothing was said beforehand."""
        from schema_core.schema.errors import UserError

        self._clear()
        if self._auto_approve:
            if self._format == "text":
                self.show(result)
            return True
        self.show(result)
        if not is_terminal():
            raise UserError("Nobody is there to agree to the plan: pass --auto-approve, or --dry-run to only see it.")
        return typer.confirm(self._question, err=True)

    def show(self, result: ApplyResult | CleanResult | PlanResult) -> None:
        """Show the plan with its findings and the notices; once."""
        from schema_core.report.apply_formats import render_planned
        from schema_core.text.terminal import style_for

        if self._shown:
            return
        self._shown = True
        self._tell_notices(result.notices)
        if not result.statements:
            return
        if self._format == "text":
            write(render_planned(result, style_for(sys.stdout)))
        elif not self._auto_approve:
            sys.stderr.write(render_planned(result, style_for(sys.stderr)))
            sys.stderr.flush()

    def tell(self) -> Tell:
        """Functions that show statement by statement how it goes, on a terminal's standard error."""
        from schema_core.apply.carry_out import Tell
        from schema_core.report.account_text import begun, duration, waited
        from schema_core.schema.accounts import Wait

        if not _can_show_progress():
            return Tell()

        def say(text: str) -> None:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

        def begins(_index: int, statement: PlannedStatement) -> None:
            say(begun(statement))

        def ends(_index: int, milliseconds: float) -> None:
            say(f"  -- ok ({duration(milliseconds)})")

        def waits(wait: Wait, pause: float) -> None:
            say(waited(wait, pause))

        return Tell(begins=begins, ends=ends, waits=waits)

    def finish(self, result: ApplyResult | CleanResult) -> int:
        """Show what became of it; the exit code."""
        from schema_core.report.apply_formats import render_other, render_outcome
        from schema_core.text.terminal import style_for

        if self._format == "text":
            self.show(result)
            seen = _can_show_progress() and sys.stdout.isatty()
            write(render_outcome(result, style_for(sys.stdout), seen=seen))
            self._tell_notices(result.notices)
        else:
            self._tell_notices(result.notices)
            write(render_other(result, self._format))
        if result.account is not None and result.account.interrupted is not None:
            return 128 + result.account.interrupted
        return _FAILED if result.status in {"failed", "declined"} else 0

    def _tell_notices(self, notices: Sequence[Notice]) -> None:
        """Say those that were not said yet; a result only ever gets more of them."""
        show_notices(notices[self._told :])
        self._told = len(notices)


def _can_show_progress() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
