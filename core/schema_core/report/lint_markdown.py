"""``migrate lint`` as Markdown: for files, comments and job summaries, whatever their room and their HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import msgspec

from schema_core.addresses import rule_page
from schema_core.report.fitting import fit
from schema_core.report.lint_pieces import Piece, fixes, left_out, pieces
from schema_core.report.lint_problems import error_text
from schema_core.report.lint_wording import (
    NOT_SHOWN,
    Fact,
    Judged,
    about_the_file,
    circumstances,
    counted,
    facts,
    gain,
    gravest,
    headline,
    judged,
    repository_path,
    shown_patch,
)
from schema_core.report.safe_output import template_environment
from schema_core.report.source_excerpt import excerpt
from schema_core.report.surroundings import Mention, Surroundings
from schema_core.schema.findings import SEVERITIES, Finding
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FileReport, LintResult
from schema_core.schema.statements import Position
from schema_core.text import markdown
from schema_core.text.html import html
from schema_core.text.shell import shell
from schema_core.text.truncate import first_lines, one_line, shorten

_LONGEST_VERDICT = 300
_STATEMENT_LENGTH = 80
_MOST_SQL_LINES = 60
_LONGEST_SQL = 6000
_LONGEST_MESSAGE = 1500
_EXCERPT_WIDTH = 100
_PASSED = "✅"
_FAILED = "❌"
_ICONS = {"error": _FAILED, "warning": "⚠️", "notice": "ℹ️"}


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table; ``place`` and ``statement`` are empty where the line goes on with a statement."""

    place: str = ""
    url: str = ""
    statement: str = ""
    remark: str = ""
    findings: tuple[Finding, ...] = ()
    facts: tuple[Fact, ...] = ()
    clean: bool = False


class _Detail(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a statement below the table."""

    place: str
    url: str
    sql: str
    findings: tuple[_Advice, ...]


class _Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with what of it is told; ``known`` says that its advice stands further up already."""

    finding: Finding
    advice: bool
    evidence: bool
    known: bool


def render(result: LintResult, path_prefix: str = "", surroundings: Surroundings | None = None) -> str:
    """The Markdown document, in the dialect that GitHub, GitLab and Bitbucket share.

    Where ``surroundings.fits`` refuses it, whole pieces are left out, the mildest first, and their number is told.
    """
    around = surroundings or Surroundings()
    mentions = _mentions(result, path_prefix, around)
    every = pieces(result, len(mentions))
    template = _template(around)

    def draw(kept: Sequence[Piece]) -> str:
        view = _View(result, path_prefix, around, frozenset(kept))
        text: str = template.render(
            about=tuple(mention for number, mention in enumerate(mentions) if Piece("about", number=number) in kept),
            left_out=left_out(every, view.kept),
            **view.fields(),
        )
        return f"{text.rstrip()}\n"

    return draw(every) if around.fits is None else fit(every, draw, around.fits)


def _template(around: Surroundings) -> Any:
    code = cache(partial(markdown.code, html=around.html))
    inline = cache(markdown.inline)
    environment = template_environment(
        {
            "cell": inline,
            "code": code,
            "code_link": partial(markdown.code_link, html=around.html),
            "fact": partial(_fact, code),
            "fence": markdown.fence,
            "html": html,
            "icon": str,
            "inline": inline,
            "link": markdown.link,
            "verdict": lambda text: markdown.inline_within(text, _LONGEST_VERDICT),
        }
    )
    return environment.get_template("lint.md.j2")


def _mentions(result: LintResult, path_prefix: str, around: Surroundings) -> tuple[Mention, ...]:
    version = f"schema-action {result.tool_version}"
    told = [Mention(word="directory", name=path_prefix or result.directory), *around.about]
    told += [Mention(word=word) for word in circumstances(result) if result.files or result.error is not None]
    return (*told, Mention(word=version))


class _View:
    """What the template is given, of the pieces that are kept."""

    def __init__(self, result: LintResult, prefix: str, around: Surroundings, kept: frozenset[Piece]) -> None:
        self._result = result
        self._prefix = prefix
        self._around = around
        self._given: set[tuple[str, str, str]] = set()
        """Advice that stands in the report already; it is not repeated for every statement."""
        self.kept = kept

    def fields(self) -> dict[str, Any]:
        """The template's variables."""
        result = self._result
        told = {piece.file for piece in self.kept if piece.kind != "error"}
        silenced = next((finding.code for finding in result.findings() if finding.statement is not None), "")
        return {
            "errors": tuple(self._errors()),
            "files": tuple(self._file(number, file) for number, file in enumerate(result.files) if number in told),
            "gain": gain,
            "headline": f"Migration lint {headline(result)}",
            "html": self._around.html,
            "icons": _ICONS,
            "not_shown": NOT_SHOWN,
            "notices": tuple(
                (_at(self._prefix, item.file, item.position), item.message)
                for number, item in enumerate(result.notices)
                if Piece("notice", number=number) in self.kept
            ),
            "page": lambda finding: finding.documentation or rule_page(finding.code),
            "patch": shown_patch,
            "patch_command": f"git apply --directory={shell(self._prefix)} fix.patch" if self._prefix else "",
            "quiet": result.error is None and not result.files,
            "silence": f"-- atlas:nolint {silenced}" if silenced and Piece("advice on silencing") in self.kept else "",
            "verdict_icon": _FAILED if result.verdict == "failed" else _PASSED,
            "whole": self._around.whole if Piece("rest") in self.kept else "",
        }

    def _errors(self) -> Iterator[dict[str, Any]]:
        """What kept files from running, which is said before anything else."""
        result = self._result
        if result.error is not None and Piece("error") in self.kept:
            yield self._error(result.error, result.error_file, "")
        for number, file in enumerate(result.files):
            if file.error is not None and Piece("error", number) in self.kept:
                shown = excerpt(file.statements, file.error.position) if file.error.position is not None else None
                yield self._error(file.error, file.name, "\n".join(shown.fitted(_EXCERPT_WIDTH)) if shown else "")

    def _error(self, error: StatementError, file: str | None, source: str) -> dict[str, Any]:
        first, *more = shorten(error_text(error), _LONGEST_MESSAGE).split("\n")
        line = error.position.line if error.position is not None else None
        return {
            "place": _at(self._prefix, file, error.position) or "",
            "url": self._address(file, line) if file is not None else "",
            "message": first,
            "more": tuple(more),
            "source": source,
        }

    def _file(self, number: int, file: FileReport) -> dict[str, Any]:
        rows = list(self._rows(number, file))
        clean = [row for row in rows if row.clean]
        silenced = Piece("silenced", number) in self.kept
        counts = [
            counted(amount, severity)
            for severity in reversed(SEVERITIES)
            if (amount := sum(1 for finding in file.findings if finding.severity == severity))
        ]
        return {
            "path": repository_path(self._prefix, file.name),
            "url": "" if file.change == "deleted" else self._address(file.name, None),
            "remark": ", ".join([*([] if file.change == "added" else [file.change]), *counts]),
            "skipped": file.skipped and silenced,
            "rows": tuple(line for row in rows if not row.clean for line in self._lines(row)),
            "clean": tuple(clean),
            "clean_title": _clean_title(clean),
            "seen": any(row.facts for row in rows if not row.clean),
            "details": tuple(self._details(number, file)),
            "fixes": tuple(
                finding for index, finding in enumerate(fixes(file)) if Piece("fix", number, number=index) in self.kept
            ),
            "suppressed": file.suppressed if silenced else (),
        }

    def _rows(self, number: int, file: FileReport) -> Iterator[_Row]:
        if findings := self._findings(number, -1, about_the_file(file)):
            yield _Row(place="The whole file", findings=findings)
        for item in judged(file):
            findings = self._findings(number, item.number, item.findings)
            alone = {Piece("failure", number, item.number), Piece("clean", number, item.number)}
            if findings or not alone.isdisjoint(self.kept):
                yield self._row(number, file, item, findings)

    def _row(self, number: int, file: FileReport, item: Judged, findings: tuple[Finding, ...]) -> _Row:
        statement, observation = item.report.statement, item.report.observation
        seen: tuple[Fact, ...] = ()
        remark = ""
        if observation is None:
            remark = "not run: an earlier statement failed"
        elif observation.error is not None:
            same = file.error is not None and file.error.message == observation.error.message
            told = "see above" if same else shorten(observation.error.message, _LONGEST_MESSAGE)
            remark = f"{_FAILED} failed: {told}"
        else:
            severity = gravest(item.findings)
            if severity is None or Piece("seen", number, item.number, severity=severity) in self.kept:
                seen = facts(observation)
        return _Row(
            place=f"Line {statement.span.start.line}",
            url=self._address(file.name, statement.span.start.line),
            statement=one_line(statement.text, _STATEMENT_LENGTH),
            remark=remark,
            findings=findings,
            facts=seen,
            clean=not item.findings and (observation is None or observation.error is None),
        )

    def _lines(self, row: _Row) -> Iterator[_Row]:
        """A row as lines of a table: without HTML a cell is one line, so each finding takes one of its own."""
        if self._around.html or len(row.findings) < 2:
            yield row
            return
        first, *rest = row.findings
        yield msgspec.structs.replace(row, findings=(first,), remark="")
        yield from (_Row(findings=(finding,)) for finding in rest[:-1])
        yield _Row(findings=(rest[-1],), remark=row.remark)

    def _details(self, number: int, file: FileReport) -> Iterator[_Detail]:
        whole = about_the_file(file)
        if advice := self._advice(number, -1, whole):
            yield _Detail(place="The whole file", url="", sql="", findings=advice)
        for item in judged(file):
            severity = gravest(item.findings)
            if severity is None:
                continue
            advice = self._advice(number, item.number, item.findings)
            text = item.report.statement.text
            # What the table shows in full is not said again.
            if Piece("sql", number, item.number, severity=severity) not in self.kept or (
                one_line(text, _STATEMENT_LENGTH) == one_line(text, len(text))
            ):
                text = ""
            if advice or text:
                line = item.report.statement.span.start.line
                yield _Detail(place=f"Line {line}", url=self._address(file.name, line), sql=_sql(text), findings=advice)

    def _advice(self, number: int, statement: int, findings: tuple[Finding, ...]) -> tuple[_Advice, ...]:
        told = []
        for index, finding in enumerate(findings):
            advice, evidence = (
                Piece(kind, number, statement, index, finding.severity) in self.kept for kind in ("advice", "evidence")
            )
            if advice or evidence:
                key = (finding.code, finding.effect, finding.instead)
                told.append(_Advice(finding=finding, advice=advice, evidence=evidence, known=key in self._given))
                self._given.add(key)
        return tuple(told)

    def _findings(self, number: int, statement: int, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(
            finding
            for index, finding in enumerate(findings)
            if Piece("finding", number, statement, index, finding.severity) in self.kept
        )

    def _address(self, file: str, line: int | None) -> str:
        return self._around.address(repository_path(self._prefix, file), line)


def _clean_title(rows: Sequence[_Row]) -> str:
    """``3 statements without findings, 1 statement not run``."""
    idle = sum(1 for row in rows if row.remark)
    kinds = ((len(rows) - idle, "without findings"), (idle, "not run"))
    return ", ".join(f"{counted(number, 'statement')} {kind}" for number, kind in kinds if number)


def _sql(text: str) -> str:
    return shorten(first_lines(text, _MOST_SQL_LINES), _LONGEST_SQL)


def _fact(code: Callable[[str], str], fact: Fact) -> str:
    """A fact with its name as code: names are never read as markup, and are easy to find."""
    parts = (
        markdown.inline(fact.what),
        code(fact.subject) if fact.subject else "",
        markdown.inline(fact.rest),
        f"({markdown.inline(fact.note)})" if fact.note else "",
    )
    return " ".join(part for part in parts if part)


def _at(prefix: str, file: str | None, position: Position | None) -> str | None:
    if file is None:
        return None
    path = repository_path(prefix, file)
    return path if position is None else f"{path}:{position.line}:{position.column}"
