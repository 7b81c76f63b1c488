"""The pieces of a lint report by importance: where there is no room for all, the least important are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from schema_core.report.lint_wording import about_the_file, counted, gravest, judged
from schema_core.schema.findings import SEVERITIES, Finding, Severity
from schema_core.schema.results import FileReport, LintResult

Kind = Literal[
    "rest", "about", "advice on silencing", "error", "failure", "finding", "seen", "advice", "fix", "evidence", "sql",
    "notice", "silenced", "clean",
]  # fmt: skip

_RANKS: dict[Kind, int] = {
    "rest": 0,
    "error": 1,
    "about": 2,
    "failure": 3,
    "finding": 4,
    "advice on silencing": 5,
    "seen": 6,
    "advice": 7,
    "fix": 8,
    "notice": 9,
    "evidence": 10,
    "sql": 11,
    "silenced": 12,
    "clean": 13,
}
"""From what stays longest to what goes first: SQL and evidence go before findings, and mild ones before grave ones."""

_DETAILS = frozenset({"seen", "advice", "evidence", "sql"})


class Piece(msgspec.Struct, frozen=True):
    """One thing that a report may leave out.

    ``file`` counts the result's files, ``statement`` those of the file (-1: the whole file), ``number`` what there is
    several of (findings of the statement, notices).
    """

    kind: Kind
    file: int = -1
    statement: int = -1
    number: int = 0
    severity: Severity = "error"


def pieces(result: LintResult, about: int) -> tuple[Piece, ...]:
    """All pieces of a result's report, the most important first; ``about`` is the number of its circumstances."""
    return tuple(
        sorted(_gathered(result, about), key=lambda piece: (_RANKS[piece.kind], -SEVERITIES.index(piece.severity)))
    )


def left_out(every: Iterable[Piece], kept: frozenset[Piece]) -> tuple[str, ...]:
    """How much of what is missing, in words."""
    gone = [piece for piece in every if piece not in kept]
    findings = Counter(piece.severity for piece in gone if piece.kind == "finding")
    shown = {(piece.file, piece.statement) for piece in kept if piece.kind == "finding"}
    detailed = {
        (piece.file, piece.statement)
        for piece in gone
        if piece.kind in _DETAILS and (piece.file, piece.statement) in shown
    }
    numbers = Counter(piece.kind for piece in gone)
    words = [
        counted(numbers["error"], "server error") if numbers["error"] else "",
        *(counted(findings[severity], severity) for severity in reversed(SEVERITIES) if findings[severity]),
        f"details of {counted(len(detailed), 'statement')}" if detailed else "",
        counted(numbers["fix"], "proven fix", "proven fixes") if numbers["fix"] else "",
        f"{counted(numbers['clean'], 'statement')} without findings" if numbers["clean"] else "",
        f"silenced findings of {counted(numbers['silenced'], 'file')}" if numbers["silenced"] else "",
        f"{counted(numbers['notice'], 'remark')} about the run" if numbers["notice"] else "",
    ]
    return tuple(word for word in words if word)


def _gathered(result: LintResult, about: int) -> Iterator[Piece]:
    yield Piece("rest")
    yield from (Piece("about", number=number) for number in range(about))
    if result.error is not None:
        yield Piece("error")
    if any(finding.statement is not None for finding in result.findings()):
        yield Piece("advice on silencing")
    for number, file in enumerate(result.files):
        yield from _of_file(number, file)
    yield from (Piece("notice", number=number) for number in range(len(result.notices)))


def _of_file(number: int, file: FileReport) -> Iterator[Piece]:
    if file.error is not None:
        yield Piece("error", number)
    if file.skipped:
        yield Piece("silenced", number)
    yield from _of_findings(number, -1, about_the_file(file))
    for item in judged(file):
        yield from _of_findings(number, item.number, item.findings)
        observation = item.report.observation
        severity = gravest(item.findings)
        if severity is not None:
            yield Piece("seen", number, item.number, severity=severity)
            yield Piece("sql", number, item.number, severity=severity)
        elif observation is not None and observation.error is not None:
            yield Piece("failure", number, item.number)
        else:
            yield Piece("clean", number, item.number)
    yield from (Piece("fix", number, number=index) for index in range(len(fixes(file))))
    if file.suppressed:
        yield Piece("silenced", number)


def _of_findings(file: int, statement: int, findings: tuple[Finding, ...]) -> Iterator[Piece]:
    for number, finding in enumerate(findings):
        yield Piece("finding", file, statement, number, finding.severity)
        yield Piece("advice", file, statement, number, finding.severity)
        if finding.evidence:
            yield Piece("evidence", file, statement, number, finding.severity)


def fixes(file: FileReport) -> tuple[Finding, ...]:
    """One finding for each proven fix of the file; a fix that settles several findings is told once."""
    first: dict[str, Finding] = {}
    for finding in file.findings:
        if finding.fix is not None:
            first.setdefault(finding.fix.patch, finding)
    return tuple(first.values())
