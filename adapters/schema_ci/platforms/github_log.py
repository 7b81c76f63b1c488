"""The job's log on GitHub: plain lines, and the commands that make annotations of them."""

from __future__ import annotations

import sys
from collections import Counter

from schema_core.report.lint_github import annotations_of
from schema_core.report.lint_wording import counted
from schema_core.schema.findings import SEVERITIES, Severity
from schema_core.schema.results import LintResult
from schema_core.text.terminal import terminal
from schema_core.text.workflow import command

_PER_LEVEL = 10
"""The runner shows this many annotations of a level a step and drops the others."""
_KEPT_FREE: dict[Severity, int] = {"error": 0, "warning": 2, "notice": 1}
"""For what is still to be said after the findings, of a comment that could not be posted for one."""


class Log:
    """Writes to standard output, where the runner looks for commands."""

    def __init__(self) -> None:
        self._made: Counter[Severity] = Counter()

    def plain(self, text: str) -> None:
        """A line that is no command, whatever it holds."""
        _write(terminal(text))

    def annotate(self, level: Severity, text: str) -> None:
        """An annotation that is about no file."""
        self._made[level] += 1
        _write(command(level, text, {}))

    def findings(self, result: LintResult, path_prefix: str) -> None:
        """An annotation for each problem, gravest first; what is over the budget of its level is counted in one."""
        made = tuple(annotations_of(result, path_prefix))
        for level in reversed(SEVERITIES):
            lines = [annotation.line for annotation in made if annotation.severity == level]
            room = max(_PER_LEVEL - _KEPT_FREE[level] - self._made[level], 1)
            shown = lines if len(lines) <= room else lines[: room - 1]
            for line in shown:
                self._made[level] += 1
                _write(line)
            if left_out := len(lines) - len(shown):
                more = "more " if shown else ""
                self.annotate(level, f"{counted(left_out, f'{more}{level}')}: all are in the summary of the job.")


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
