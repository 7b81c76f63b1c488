"""``migrate lint`` as Markdown for comments and job summaries: verdict, one table a file, the rest folded away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from schema_core.addresses import rule_page
from schema_core.report.lint_problems import error_text
from schema_core.report.lint_wording import (
    NOT_SHOWN,
    Fact,
    Judged,
    about_the_file,
    circumstances,
    facts,
    gain,
    gravest,
    headline,
    judged,
    repository_path,
    shown_patch,
)
from schema_core.report.safe_output import template_environment
from schema_core.schema.findings import Finding
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FileReport, LintResult
from schema_core.schema.statements import Position
from schema_core.text import markdown
from schema_core.text.html import html
from schema_core.text.truncate import first_lines, one_line, shorten

_STATEMENT_LENGTH = 80
_MOST_SQL_LINES = 60
_LONGEST_SQL = 6000
_PASSED = "✅"
_FAILED = "❌"
_ICONS = {"error": _FAILED, "warning": "⚠️", "notice": "ℹ️"}
_NOT_RUN = "⏭️"


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a file's table with what is folded away below it."""

    icon: str
    place: str
    statement: str
    remark: str
    findings: tuple[Finding, ...]
    facts: tuple[Fact, ...] = ()
    sql: str = ""


def render(result: LintResult, path_prefix: str = "") -> str:
    """The Markdown document: GitHub's and GitLab's dialect, tables and ``<details>`` included."""
    environment = template_environment(
        {
            "cell": markdown.table_cell,
            "code": markdown.code,
            "error": _error,
            "fact": _fact,
            "fence": markdown.fence,
            "html": html,
            "icon": str,
            "inline": markdown.inline,
            "link": markdown.link,
        }
    )
    return environment.get_template("lint.md.j2").render(
        circumstances=circumstances(result),
        directory=result.directory,
        directory_error=result.error,
        error_path=repository_path(path_prefix, result.error_file) if result.error_file else None,
        files=tuple(_file(file, path_prefix) for file in result.files),
        gain=gain,
        headline=headline(result),
        not_shown=NOT_SHOWN,
        notices=tuple((_at(path_prefix, item.file, item.position), item.message) for item in result.notices),
        page=_page,
        patch=shown_patch,
        verdict_icon=_FAILED if result.verdict == "failed" else _PASSED,
    )


def _file(file: FileReport, prefix: str) -> dict[str, Any]:
    return {
        "path": repository_path(prefix, file.name),
        "change": file.change,
        "skipped": file.skipped,
        "error": file.error,
        "rows": tuple(_rows(file)),
        "suppressed": file.suppressed,
    }


def _rows(file: FileReport) -> Iterator[_Row]:
    if findings := about_the_file(file):
        icon = _ICONS[gravest(findings) or "notice"]
        yield _Row(icon=icon, place="The whole file", statement="", remark="", findings=findings)
    for item in judged(file):
        yield _row(item)


def _row(item: Judged) -> _Row:
    statement, observation = item.report.statement, item.report.observation
    told: tuple[Fact, ...] = ()
    icon, remark = _PASSED, "no findings"
    if observation is None:
        icon, remark = _NOT_RUN, "not run: an earlier statement failed"
    elif observation.error is not None:
        icon, remark = _FAILED, f"failed: {observation.error.message}"
    else:
        told = facts(observation)
    severity = gravest(item.findings)
    return _Row(
        icon=icon if severity is None else _ICONS[severity],
        place=f"Line {statement.span.start.line}",
        statement=one_line(statement.text, _STATEMENT_LENGTH),
        remark=remark,
        findings=item.findings,
        facts=told,
        sql=shorten(first_lines(statement.text, _MOST_SQL_LINES), _LONGEST_SQL),
    )


def _fact(fact: Fact) -> str:
    """A fact with its name as code: names are never read as markup, and are easy to find."""
    aside = "; ".join(filter(None, (fact.note, ", ".join(fact.sources))))
    parts = (
        markdown.inline(fact.what),
        markdown.code(fact.subject) if fact.subject else "",
        markdown.inline(fact.rest),
        f"({markdown.inline(aside)})" if aside else "",
    )
    return " ".join(part for part in parts if part)


def _error(error: StatementError, path: str | None) -> str:
    place = "" if path is None else f"{markdown.code(_at('', path, error.position) or path)}: "
    first, *rest = error_text(error).split("\n")
    lines = [f"{_FAILED} {place}{markdown.inline(first)}", *(markdown.inline(line) for line in rest)]
    return "\n\n".join(lines)


def _at(prefix: str, file: str | None, position: Position | None) -> str | None:
    if file is None:
        return None
    path = repository_path(prefix, file)
    return path if position is None else f"{path}:{position.line}:{position.column}"


def _page(finding: Finding) -> str:
    return finding.documentation or rule_page(finding.code)
