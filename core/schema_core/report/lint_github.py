"""``migrate lint`` as workflow commands of GitHub's runner: one annotation a problem, one a notice."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schema_core.report.lint_problems import Problem, problems
from schema_core.report.lint_wording import repository_path
from schema_core.schema.findings import Severity
from schema_core.schema.results import LintResult, Notice
from schema_core.text.terminal import terminal
from schema_core.text.workflow import command, path_value, property_value


def render(result: LintResult, path_prefix: str = "") -> str:
    """One line per problem and notice; empty when there is none."""
    return "".join(f"{annotation.line}\n" for annotation in annotations_of(result, path_prefix))


class Annotation(msgspec.Struct, frozen=True):
    """One workflow command, without its line break."""

    severity: Severity
    line: str


def annotations_of(result: LintResult, path_prefix: str) -> Iterator[Annotation]:
    """The problems in the order of the files, then the notices."""
    for problem in problems(result, path_prefix):
        yield Annotation(problem.severity, command(problem.severity, _message(problem), _properties(problem)))
    for notice in result.notices:
        yield Annotation("notice", _notice(notice, path_prefix))


def _message(problem: Problem) -> str:
    finding = problem.finding
    if finding is None:
        return problem.message
    lines = [terminal(problem.message), finding.effect, f"Instead: {finding.instead}" if finding.instead else ""]
    return "\n".join([*filter(None, lines), problem.documentation])


def _properties(problem: Problem) -> dict[str, str]:
    start, end = problem.span.start, problem.span.end
    properties = {"file": path_value(problem.path), "line": str(start.line)}
    if end.line > start.line:
        properties["endLine"] = str(end.line)
    elif end.column > start.column:
        # Columns are ignored for annotations of several lines (docs: "columns only when start and end line are equal").
        properties |= {"endLine": str(end.line), "col": str(start.column), "endColumn": str(end.column)}
    return properties | {"title": property_value(f"{problem.code}: {problem.title}")}


def _notice(notice: Notice, prefix: str) -> str:
    properties: dict[str, str] = {}
    if notice.file is not None:
        properties["file"] = path_value(repository_path(prefix, notice.file))
        if notice.position is not None:
            properties["line"] = str(notice.position.line)
    return command("notice", notice.message, properties)
