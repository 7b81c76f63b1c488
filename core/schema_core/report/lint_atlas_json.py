"""``migrate lint --format '{{ json . }}'``: the summary report that users of Atlas parse.

Of each file's text only the statements are known here. They stand at their byte offsets and on their lines, with blanks
between them, so that a reader who counts lines up to a diagnostic's ``Pos`` gets the right one.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from schema_core.directory.sums import SUM_FILE_NAME
from schema_core.report.lint_problems import error_text
from schema_core.report.lint_wording import reaches
from schema_core.schema.findings import Finding, Fix
from schema_core.schema.results import FileReport, LintResult, StatementReport
from schema_core.text.json_text import json_text

_CHANGES = {"added": "ADDED", "edited": "MODIFIED", "deleted": "DELETED"}


def render(result: LintResult, indent: int | None = None) -> str:
    """The report; like Atlas's it leaves out what is empty."""
    files = [_file(file, result) for file in result.files if not file.skipped]
    return json_text(
        _filled({"Env": {"Driver": _driver(result), "Dir": result.directory}, "Steps": _steps(result), "Files": files}),
        indent=indent,
    )


def _driver(result: LintResult) -> str:
    return "" if result.server is None else result.server.engine


def _steps(result: LintResult) -> list[dict[str, Any]]:
    integrity = "Migration Integrity Check"
    if result.error is not None and result.error_file == SUM_FILE_NAME:
        return [{"Name": integrity, "Text": "File atlas.sum is invalid", "Error": error_text(result.error)}]
    # An edited or deleted file is replayed as it was, as part of the base.
    files = sum(1 for file in result.files if file.change == "added")
    total = result.base_files + files
    steps: list[dict[str, Any]] = [
        {"Name": integrity, "Text": "File atlas.sum is valid"},
        {"Name": "Detect New Migration Files", "Text": f"Found {files} new migration files (from {total} total)"},
    ]
    broken = result.error or next((file.error for file in result.files if file.error is not None), None)
    changes = sum(len(file.statements) for file in result.files)
    replay = {"Name": "Replay Migration Files", "Text": f"Loaded {changes} changes on dev database"}
    if broken is not None:
        return [*steps, replay | {"Text": "Failed loading changes on dev database", "Error": error_text(broken)}]
    steps.append(replay)
    for file in result.files:
        if not file.skipped:
            report = _file(file, result)
            text = f"{len(report.get('Reports', ()))} reports were found in analysis"
            steps.append(_filled({"Name": f"Analyze {file.name}", "Text": text, "Result": report}))
    return steps


def _file(file: FileReport, result: LintResult) -> dict[str, Any]:
    by_rule = sorted(file.findings, key=lambda finding: finding.rule)
    reports = [
        {"Text": f"{rule.replace('-', ' ')} detected", "Diagnostics": [_diagnostic(finding) for finding in findings]}
        for rule, findings in groupby(by_rule, key=lambda finding: finding.rule)
    ]
    failing = [finding for finding in file.findings if reaches(finding.severity, result.fail_on)]
    error = error_text(file.error) if file.error is not None else failing[0].message if failing else ""
    text = _text(file.statements)
    return _filled(
        {"Name": file.name, "Text": text, "Reports": reports, "Error": error, "Change": _CHANGES[file.change]}
    )


def _diagnostic(finding: Finding) -> dict[str, Any]:
    fixes = [_suggested(finding.fix)] if finding.fix is not None else []
    position = {"Pos": finding.span.start.offset, "Text": finding.message, "Code": finding.code}
    return position | _filled({"SuggestedFixes": fixes})


def _suggested(fix: Fix) -> dict[str, Any]:
    """A fix; its text edit replaces whole lines, so only a fix that is one edit of whole lines has one."""
    if len(fix.edits) != 1 or fix.edits[0].span.start.column != 1:
        return {"Message": fix.title}
    edit = fix.edits[0]
    lines = {"Line": edit.span.start.line, "End": edit.span.end.line, "NewText": edit.text}
    return {"Message": fix.title, "TextEdit": lines}


def _text(statements: tuple[StatementReport, ...]) -> str:
    """The statements at their places, blanks and line breaks between them."""
    pieces: list[str] = []
    offset, line = 0, 1
    for report in statements:
        statement = report.statement
        breaks = max(statement.span.start.line - line, 0)
        pieces.append("\n" * breaks + " " * max(statement.span.start.offset - offset - breaks, 0))
        pieces.append(statement.text)
        offset, line = statement.span.end.offset, statement.span.end.line
    return "".join(pieces)


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}
