"""``migrate lint`` as a GitLab Code Quality report (docs.gitlab.com/ci/testing/code_quality)."""

from __future__ import annotations

from typing import Any

from schema_core.report.lint_problems import Problem, problems
from schema_core.schema.findings import Severity
from schema_core.schema.results import LintResult
from schema_core.text.json_text import json_text

_SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "major", "notice": "info"}


def render(result: LintResult, path_prefix: str = "") -> str:
    """A JSON array, empty when there is no problem. The widget merges entries of one fingerprint, so each is unique."""
    return json_text([_entry(problem) for problem in problems(result, path_prefix)])


def _entry(problem: Problem) -> dict[str, Any]:
    finding = problem.finding
    advice = f" {finding.effect}" if finding is not None and finding.effect else ""
    return {
        "description": f"{problem.code}: {problem.message}{advice}",
        "check_name": problem.code,
        "fingerprint": problem.fingerprint,
        "severity": _SEVERITIES[problem.severity],
        "location": {
            "path": problem.path,
            "lines": {"begin": problem.span.start.line, "end": problem.span.end.line},
        },
    }
