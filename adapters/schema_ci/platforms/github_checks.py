"""The commit's status and, on request, a check run with annotations on GitHub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from schema_ci.platforms.github_api import Api
from schema_ci.platforms.protocol import Status
from schema_ci.publish.drawing import summary_text
from schema_ci.publish.lint_publication import LintPublication
from schema_core.report.lint_problems import Problem, problems
from schema_core.report.lint_wording import headline
from schema_core.report.surroundings import Address
from schema_core.schema.findings import SEVERITIES, Severity
from schema_core.text.terminal import terminal, terminal_block
from schema_core.text.truncate import one_line, shorten

_LONGEST_DESCRIPTION = 140
_LONGEST_NAME = 255
_LONGEST_SUMMARY = 65_535
_LONGEST_MESSAGE = 6_000
"""Characters; GitHub takes 64 KB, and a character that has to be escaped becomes ten."""
_LONGEST_TITLE = 250
_BATCH = 50
_MOST = 1_000
_LEVELS: dict[Severity, str] = {"error": "failure", "warning": "warning", "notice": "notice"}


class _Created(msgspec.Struct, frozen=True):
    id: int


def set_status(api: Api, commit: str, status: Status) -> None:
    """Set the status of the commit under its name; raises PlatformError."""
    body = {
        "state": status.state,
        "context": one_line(terminal(status.name), _LONGEST_NAME),
        "description": one_line(terminal(status.description), _LONGEST_DESCRIPTION),
        **({"target_url": status.url} if status.url else {}),
    }
    with api.doing("The status of the commit was not set", "statuses: write"):
        api.write("POST", f"/statuses/{commit}", _Created, body)


def make_check_run(api: Api, publication: LintPublication, address: Address) -> None:
    """Make a check run for the commit, its annotations in as many requests as they take; raises PlatformError."""
    found = sorted(problems(publication.result, publication.path_prefix), key=lambda problem: -_gravity(problem))
    batches = [[_annotation(problem) for problem in batch] for batch in _batches(found[:_MOST])] or [[]]
    summary = summary_text(publication, _LONGEST_SUMMARY, address)
    done = {
        "status": "completed",
        "conclusion": "failure" if publication.result.verdict == "failed" else "success",
    }
    with api.doing("The check run was not made", "checks: write"):
        created = api.write(
            "POST",
            "/check-runs",
            _Created,
            {
                "name": one_line(terminal(publication.title), _LONGEST_NAME),
                "head_sha": publication.context.commit,
                **({"details_url": publication.context.run_url} if publication.context.run_url else {}),
                "output": _output(publication, summary, batches[0]),
                **({"status": "in_progress"} if batches[1:] else done),
            },
        )
        for number, batch in enumerate(batches[1:], 2):
            body = {"output": _output(publication, summary, batch), **(done if number == len(batches) else {})}
            api.write("PATCH", f"/check-runs/{created.id}", _Created, body)


def _output(publication: LintPublication, summary: str, annotations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": one_line(terminal(headline(publication.result)), _LONGEST_TITLE),
        "summary": summary,
        "annotations": list(annotations),
    }


def _annotation(problem: Problem) -> dict[str, Any]:
    start, end = problem.span.start, problem.span.end
    finding = problem.finding
    advice = [finding.effect, finding.instead, problem.documentation] if finding is not None else []
    lines = [problem.message, *filter(None, advice)]
    columns = {"start_column": start.column, "end_column": max(end.column, start.column)}
    return {
        "path": terminal(problem.path),
        "start_line": start.line,
        "end_line": max(end.line, start.line),
        **(columns if end.line == start.line else {}),
        "annotation_level": _LEVELS[problem.severity],
        "title": one_line(terminal(f"{problem.code}: {problem.title}"), _LONGEST_TITLE),
        "message": terminal_block(shorten("\n".join(lines), _LONGEST_MESSAGE)),
    }


def _gravity(problem: Problem) -> int:
    return SEVERITIES.index(problem.severity)


def _batches(items: Sequence[Problem]) -> Iterator[Sequence[Problem]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
