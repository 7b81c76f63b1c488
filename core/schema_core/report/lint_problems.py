"""Everything wrong in a lint result as one flat list, for formats that know nothing of files and statements."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import msgspec

from schema_core.addresses import DOCUMENTATION, rule_page
from schema_core.report.lint_wording import repository_path
from schema_core.schema.findings import Finding, Severity
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FileReport, LintResult
from schema_core.schema.statements import Position, Span

REPLAY = "replay"
"""Code of a file that the server refused."""
DIRECTORY = "directory"
"""Code of a directory that could not be looked at (its sum file, a base file)."""

_ERROR_TITLES = {REPLAY: "Migration does not replay", DIRECTORY: "Migration directory is not usable"}
_START = Position(0, 1, 1)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A finding or an error with its place.

    ``path`` is relative to the root of the repository; ``fingerprint`` stays the same when lines move and differs
    between any two problems of one result; ``finding`` is None for an error.
    """

    code: str
    title: str
    severity: Severity
    message: str
    path: str
    span: Span
    documentation: str
    fingerprint: str
    finding: Finding | None = None


def problems(result: LintResult, path_prefix: str) -> tuple[Problem, ...]:
    """All findings and errors, in the order of the files."""
    return tuple(_with_fingerprints(_gathered(result, path_prefix)))


def title(rule: str) -> str:
    """A rule's name as a heading: ``drop-column`` is ``Drop column``."""
    return rule.replace("-", " ").capitalize()


def error_text(error: StatementError) -> str:
    """The server's words with detail and hint, each on its own line."""
    lines = [f"{error.message} ({error.code})" if error.code else error.message]
    if error.detail:
        lines.append(f"Detail: {error.detail}")
    if error.hint:
        lines.append(f"Hint: {error.hint}")
    return "\n".join(lines)


def _gathered(result: LintResult, prefix: str) -> Iterator[tuple[Problem, str]]:
    """Each problem with what tells it from others, whatever its line."""
    if result.error is not None:
        path = repository_path(prefix, result.error_file) if result.error_file else prefix.strip("/") or "."
        yield _error(result.error, DIRECTORY, path)
    for file in result.files:
        path = repository_path(prefix, file.name)
        if file.error is not None:
            yield _error(file.error, REPLAY, path)
        for finding in file.findings:
            yield _finding(finding, file, path)


def _error(error: StatementError, code: str, path: str) -> tuple[Problem, str]:
    start = error.position or _START
    problem = Problem(
        code=code,
        title=_ERROR_TITLES[code],
        severity="error",
        message=error_text(error),
        path=path,
        span=Span(start, start),
        documentation=DOCUMENTATION,
        fingerprint="",
    )
    return problem, error.message


def _finding(finding: Finding, file: FileReport, path: str) -> tuple[Problem, str]:
    problem = Problem(
        code=finding.code,
        title=title(finding.rule),
        severity=finding.severity,
        message=finding.message,
        path=path,
        span=finding.span,
        documentation=finding.documentation or rule_page(finding.code),
        fingerprint="",
        finding=finding,
    )
    number = finding.statement
    text = file.statements[number].statement.text if number is not None and number < len(file.statements) else ""
    return problem, "\0".join((" ".join(text.split()), *(ref.label() for ref in finding.subjects)))


def _with_fingerprints(gathered: Iterator[tuple[Problem, str]]) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for problem, identity in gathered:
        key = "\0".join((problem.path, problem.code, identity))
        seen[key] += 1
        digest = hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()
        yield msgspec.structs.replace(problem, fingerprint=digest)
