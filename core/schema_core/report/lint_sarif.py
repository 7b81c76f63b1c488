"""``migrate lint`` as SARIF 2.1.0, as GitHub code scanning and editors read it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from schema_core.addresses import REPOSITORY
from schema_core.report.lint_problems import Problem, problems
from schema_core.report.lint_wording import repository_path, shown_patch
from schema_core.schema.findings import Severity, TextEdit
from schema_core.schema.results import LintResult, Notice
from schema_core.schema.statements import Position, Span
from schema_core.text.json_text import json_text
from schema_core.text.redact import redact
from schema_core.text.terminal import terminal

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "notice": "note"}
_ROOT = "SRCROOT"


def render(result: LintResult, path_prefix: str = "") -> str:
    """The SARIF log with one run; paths are percent-encoded and relative to the root of the repository."""
    found = problems(result, path_prefix)
    rules = {problem.code: problem for problem in reversed(found)}
    codes = sorted(rules)
    run = {
        "tool": {
            "driver": {
                "name": "schema-action",
                "version": result.tool_version,
                "semanticVersion": result.tool_version,
                "informationUri": REPOSITORY,
                "rules": [_rule(rules[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": result.error is None,
                "toolExecutionNotifications": [_notification(notice, path_prefix) for notice in result.notices],
            }
        ],
        "results": [_result(problem, codes.index(problem.code), path_prefix) for problem in found],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(problem: Problem) -> dict[str, Any]:
    finding = problem.finding
    rule: dict[str, Any] = {
        "id": problem.code,
        "name": "".join(problem.title.title().split()),
        "shortDescription": {"text": problem.title},
        "helpUri": problem.documentation,
        "defaultConfiguration": {"level": _LEVELS[problem.severity]},
        "properties": {"tags": ["database", "migration"]},
    }
    if finding is not None and (finding.effect or finding.instead):
        text = " ".join(filter(None, (finding.effect, finding.instead)))
        rule["fullDescription"] = {"text": finding.effect or problem.title}
        rule["help"] = {"text": text}
    return rule


def _result(problem: Problem, rule_index: int, prefix: str) -> dict[str, Any]:
    finding = problem.finding
    entry: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[problem.severity],
        "message": {"text": _message(problem)},
        "locations": [_location(problem.path, problem.span)],
        "partialFingerprints": {"schemaAction/v1": problem.fingerprint},
    }
    fix = finding.fix if finding is not None and shown_patch(finding) is not None else None
    if fix is not None and (changes := _artifact_changes(fix.edits, prefix)):
        entry["fixes"] = [{"description": {"text": fix.title}, "artifactChanges": changes}]
    return entry


def _message(problem: Problem) -> str:
    """Plain text in which nothing reads as an embedded link, ``[text](target)`` (SARIF 2.1.0, 3.11.6)."""
    text = terminal(problem.message)
    return text.replace("[", r"\[").replace("]", r"\]") if "](" in text else text


def _artifact_changes(edits: tuple[TextEdit, ...], prefix: str) -> list[dict[str, Any]]:
    files: dict[str, list[dict[str, Any]]] = {}
    for edit in edits:
        if redact(edit.text) != edit.text:
            return []
        replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        files.setdefault(edit.file, []).append(replacement)
    return [
        {"artifactLocation": _artifact(repository_path(prefix, file)), "replacements": replacements}
        for file, replacements in files.items()
    ]


def _location(path: str, span: Span | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if span is not None:
        physical["region"] = _region(span)
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(redact(path), safe="/", errors="surrogateescape"), "uriBaseId": _ROOT}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
        "byteOffset": span.start.offset,
        "byteLength": span.end.offset - span.start.offset,
    }


def _notification(notice: Notice, prefix: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"level": "note", "message": {"text": terminal(notice.message)}}
    if notice.file is not None:
        entry["locations"] = [_location(repository_path(prefix, notice.file), _point(notice.position))]
    return entry


def _point(position: Position | None) -> Span | None:
    return None if position is None else Span(position, position)
