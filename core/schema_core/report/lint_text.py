"""``migrate lint`` for people: the verdict first, then each file and statement with what was seen and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from schema_core.addresses import rule_page
from schema_core.report.lint_wording import (
    NOT_SHOWN,
    Fact,
    Judged,
    about_the_file,
    circumstances,
    facts,
    gain,
    headline,
    judged,
    repository_path,
    shown_patch,
)
from schema_core.report.source_excerpt import excerpt
from schema_core.schema.findings import Finding, Severity
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FileReport, LintResult, Notice, StatementReport
from schema_core.schema.statements import Position
from schema_core.text.terminal import Style, terminal, terminal_block, without_commands
from schema_core.text.truncate import one_line

_NARROWEST = 40


def render(result: LintResult, style: Style, width: int = 100, path_prefix: str = "") -> str:
    """The whole report with a line break at its end; ``path_prefix`` goes in front of every file name."""
    return _Report(result, style, max(width, _NARROWEST), path_prefix).text()


def finding_lines(file: FileReport, style: Style, width: int = 100) -> Iterator[str]:
    """The statements of one report that have findings, each with them."""
    result = LintResult(
        tool_version="", verdict="passed", fail_on="never", directory="", server=None, base_files=0, files=(file,)
    )
    report = _Report(result, style, width, "")
    return (without_commands(line) for line in report.findings(file))


class _Report:
    """Carries what every line needs to know while one result is rendered."""

    def __init__(self, result: LintResult, style: Style, width: int, prefix: str) -> None:
        self._result = result
        self._style = style
        self._width = width
        self._prefix = prefix
        self._given: set[tuple[str, str, str]] = set()
        """Advice that stands in the report already; it is not repeated for every statement."""

    def text(self) -> str:
        """All lines. The last pass finds what only wrapping moved to the start of a line."""
        return "\n".join(without_commands(line) for line in self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        result = self._result
        colour = self._style.red if result.verdict == "failed" else self._style.green
        yield self._style.bold(colour(terminal(f"{headline(result)} ({', '.join(circumstances(result))})")))
        if result.error is not None:
            yield ""
            yield from self._error(result.error, result.error_file, (), "  ")
        for file in result.files:
            yield ""
            yield from self._file(file)
        if result.notices:
            yield ""
            for notice in result.notices:
                yield from self._notice(notice)

    def findings(self, file: FileReport) -> Iterator[str]:
        """What was found about a file and its statements; those without findings are left out."""
        for finding in about_the_file(file):
            yield from self._finding(finding, "  ")
        for item in judged(file):
            if item.findings:
                yield from self._statement(file, item)

    def _file(self, file: FileReport) -> Iterator[str]:
        heading = terminal(repository_path(self._prefix, file.name))
        remark = "" if file.change == "added" else f" ({file.change})"
        yield self._style.bold(f"{heading}{remark}")
        if file.skipped:
            yield "  left out by a nolint directive of the file"
            return
        if file.error is not None:
            yield from self._error(file.error, file.name, file.statements, "  ")
        for finding in about_the_file(file):
            yield from self._finding(finding, "  ")
        for item in judged(file):
            yield from self._statement(file, item)
        if file.suppressed:
            told = (f"{item.finding.code} at line {item.finding.span.start.line}" for item in file.suppressed)
            yield from self._wrapped(f"suppressed by nolint: {', '.join(told)}", "  ", "    ")

    def _statement(self, file: FileReport, item: Judged) -> Iterator[str]:
        statement = item.report.statement
        place = terminal(self._at(file.name, statement.span.start))
        room = max(self._width - len(place) - 4, _NARROWEST)
        yield f"  {self._style.dim(place)}  {self._style.bold(terminal(one_line(statement.text, room)))}"
        observation = item.report.observation
        if observation is None:
            yield f"    {self._style.dim('not run: an earlier statement failed')}"
        elif observation.error is not None:
            if file.error is None or observation.error.message != file.error.message:
                yield from self._error(observation.error, file.name, file.statements, "    ")
            else:
                yield f"    {self._style.red('failed')}: see above"
        else:
            yield from self._seen(facts(observation), clean=not item.findings)
        for finding in item.findings:
            yield from self._finding(finding, "    ")

    def _seen(self, told: tuple[Fact, ...], *, clean: bool) -> Iterator[str]:
        if clean:
            sentences = "; ".join(fact.sentence() for fact in told)
            label = self._style.green("no findings")
            first, *rest = wrap(f"; {terminal(sentences)}", self._width - 15) if told else [""]
            yield f"    {label}{first}"
            yield from (f"      {line}" for line in rest)
            return
        for number, fact in enumerate(told):
            known = f" [{', '.join(fact.sources)}]" if fact.sources else ""
            yield from self._wrapped(f"{fact.sentence()}{known}", "    seen: " if number == 0 else " " * 10, " " * 12)

    def _finding(self, finding: Finding, indent: str) -> Iterator[str]:
        word = f"{finding.severity} {terminal(finding.code)}"
        label = self._coloured(finding.severity, word)
        first, *rest = self._wrapped(finding.message, " " * (len(indent) + len(word) + 2), indent + "  ")
        yield f"{indent}{label}: {first[len(indent) + len(word) + 2 :]}"
        yield from rest
        inner = indent + "  "
        if finding.certainty != "observed":
            yield from self._wrapped(f"certainty: {finding.certainty}", inner, inner)
        for evidence in finding.evidence:
            yield from self._wrapped(f"{evidence.source}: {evidence.detail}", f"{inner}evidence: ", inner + " " * 10)
        advice = (finding.code, finding.effect, finding.instead)
        is_new = advice not in self._given
        self._given.add(advice)
        if is_new and finding.effect:
            yield from self._wrapped(finding.effect, f"{inner}effect: ", inner + " " * 8)
        if is_new and finding.instead:
            yield from self._wrapped(finding.instead, f"{inner}instead: ", inner + " " * 9)
        if finding.fix is not None:
            yield from self._wrapped(f"{finding.fix.title} ({gain(finding)})", f"{inner}proven fix: ", inner + " " * 12)
            yield from self._patch(finding, inner + "  ")
        if is_new:
            yield f"{inner}{self._style.dim(terminal(finding.documentation or rule_page(finding.code)))}"
        else:
            yield f"{inner}{self._style.dim(f'effect and instead: as for {terminal(finding.code)} above')}"

    def _patch(self, finding: Finding, indent: str) -> Iterator[str]:
        patch = shown_patch(finding)
        if patch is None:
            yield f"{indent}{NOT_SHOWN}"
            return
        for line in terminal_block(patch).rstrip("\n").split("\n"):
            colour = {"+": self._style.green, "-": self._style.red}.get(line[:1], self._style.dim)
            yield f"{indent}{colour(line)}"

    def _error(
        self, error: StatementError, file: str | None, statements: tuple[StatementReport, ...], indent: str
    ) -> Iterator[str]:
        where = f"{self._at(file, error.position)}: " if file else ""
        code = f" ({error.code})" if error.code else ""
        label = f"{indent}{self._style.red('error')}: "
        first, *rest = self._wrapped(f"{where}{error.message}{code}", " " * (len(indent) + 7), indent + "  ")
        yield f"{label}{first[len(indent) + 7 :]}"
        yield from rest
        if error.position is not None and (shown := excerpt(statements, error.position)) is not None:
            number = str(error.position.line)
            room = max(self._width - len(indent) - len(number) - 5, _NARROWEST)
            source, caret = shown.fitted(room)
            yield f"{indent}  {self._style.dim(f'{number} |')} {source}"
            gutter = f"{' ' * len(number)} |"
            yield f"{indent}  {self._style.dim(gutter)} {self._style.red(caret)}"
        if error.detail:
            yield from self._wrapped(error.detail, f"{indent}  detail: ", indent + "    ")
        if error.hint:
            yield from self._wrapped(error.hint, f"{indent}  hint: ", indent + "    ")

    def _notice(self, notice: Notice) -> Iterator[str]:
        where = f"{self._at(notice.file, notice.position)}: " if notice.file else ""
        yield from self._wrapped(f"{where}{notice.message}", "notice: ", "        ")

    def _at(self, file: str, position: Position | None) -> str:
        path = repository_path(self._prefix, file)
        return path if position is None else f"{path}:{position.line}:{position.column}"

    def _wrapped(self, text: str, first: str, later: str) -> list[str]:
        return wrap(
            terminal(text),
            self._width,
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip()]

    def _coloured(self, severity: Severity, text: str) -> str:
        if severity == "error":
            return self._style.red(text)
        return self._style.yellow(text) if severity == "warning" else self._style.bold(text)
