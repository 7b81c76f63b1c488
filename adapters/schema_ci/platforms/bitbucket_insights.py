"""Code Insights (a report with annotations on lines) and build statuses of the run's commit."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

from schema_ci.context import RunContext
from schema_ci.platforms.bitbucket_api import BitbucketApi, Json
from schema_ci.platforms.protocol import Status
from schema_ci.publish.lint_publication import LintPublication
from schema_core.report.lint_problems import DIRECTORY, Problem, problems
from schema_core.report.lint_wording import circumstances, headline, reaches
from schema_core.schema.findings import SEVERITIES, Severity
from schema_core.schema.results import LintResult
from schema_core.text.terminal import terminal, terminal_block
from schema_core.text.truncate import within

MOST_ANNOTATIONS = 1000
"""That a report holds."""
_BATCH = 100
"""Annotations that one request holds."""
_LONGEST_LINE = 450
_LONGEST_DETAILS = 2000
_LONGEST_PATH = 2000
_LONGEST_STATUS = 255
_LONGEST_BRANCH = 255
_LEVELS: dict[Severity, str] = {"error": "HIGH", "warning": "MEDIUM", "notice": "LOW"}


def publish_report(api: BitbucketApi, publication: LintPublication) -> None:
    """Make the report of the publication's key anew, gravest annotations first; raises PlatformError."""
    found = sorted(
        problems(publication.result, publication.path_prefix),
        key=lambda problem: -SEVERITIES.index(problem.severity),
    )
    name = report_id(publication)
    path = f"/commit/{publication.context.commit}/reports/{quote(name)}"
    # A report that is put again keeps its annotations, those of an earlier run included.
    api.delete(path)
    api.put(path, _report(publication, found))
    annotations = [_annotation(problem, publication.result) for problem in found[:MOST_ANNOTATIONS]]
    for start in range(0, len(annotations), _BATCH):
        api.post(f"{path}/annotations", annotations[start : start + _BATCH])


def report_id(publication: LintPublication) -> str:
    """The name under which a later run with the same key finds the report."""
    return f"schema-action-{_digest(publication.action, publication.key)}"


def publish_status(api: BitbucketApi, context: RunContext, status: Status, branch: str) -> None:
    """Set the build status; raises PlatformError. ``branch`` ties it to the pull request from that branch."""
    body = {
        "key": f"schema-action-{_digest(status.name)}",
        "state": "SUCCESSFUL" if status.state == "success" else "FAILED",
        "name": within(terminal(status.name), _LONGEST_STATUS),
        "description": within(terminal(status.description), _LONGEST_STATUS),
        "url": status.url or context.run_url,
    }
    if branch and terminal(branch) == branch and len(branch) <= _LONGEST_BRANCH:
        body["refname"] = branch
    api.post(f"/commit/{context.commit}/statuses/build", body)


def _report(publication: LintPublication, found: list[Problem]) -> Json:
    result = publication.result
    lines = [headline(result), "; ".join(circumstances(result))]
    if len(found) > MOST_ANNOTATIONS:
        lines.append(f"The gravest {MOST_ANNOTATIONS:,} of {len(found):,} are annotated.")
    counts = {word: sum(1 for problem in found if problem.severity == word) for word in reversed(SEVERITIES)}
    report: Json = {
        "title": within(terminal(publication.title), _LONGEST_LINE),
        "details": within(terminal_block("\n".join(lines)), _LONGEST_DETAILS),
        "report_type": "BUG",
        "reporter": "schema-action",
        "result": "FAILED" if result.verdict == "failed" else "PASSED",
        "data": [
            {"title": "Safe to merge", "type": "BOOLEAN", "value": result.verdict == "passed"},
            {"title": "New files", "type": "NUMBER", "value": len(result.files)},
            *({"title": f"{word.capitalize()}s", "type": "NUMBER", "value": count} for word, count in counts.items()),
        ],
    }
    if publication.context.run_url:
        report["link"] = publication.context.run_url
    return report


def _annotation(problem: Problem, result: LintResult) -> Json:
    finding = problem.finding
    advice = [] if finding is None else [finding.effect, f"Instead: {finding.instead}" if finding.instead else ""]
    lines = [problem.title, *filter(None, advice)]
    annotation: Json = {
        "external_id": f"schema-action-{problem.fingerprint[:40]}",
        "annotation_type": "CODE_SMELL" if problem.severity == "notice" else "BUG",
        "summary": within(terminal(f"{problem.code}: {problem.message}"), _LONGEST_LINE),
        "details": within(terminal_block("\n".join(lines)), _LONGEST_DETAILS),
        "severity": "CRITICAL" if finding is None else _LEVELS[problem.severity],
        "link": problem.documentation,
    }
    if reaches(problem.severity, result.fail_on):
        annotation["result"] = "FAILED"
    # A path that would have to be escaped is no longer the file's; without a file it is the directory that is meant.
    is_file = problem.code != DIRECTORY or result.error_file is not None
    if is_file and terminal(problem.path) == problem.path and len(problem.path) <= _LONGEST_PATH:
        annotation |= {"path": problem.path, "line": problem.span.start.line}
    return annotation


def _digest(*words: str) -> str:
    return sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:24]
