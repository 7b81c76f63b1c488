"""Notes on the lines that a proven fix changes, with the lines that it puts there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from schema_ci.platforms.protocol import InlineNote
from schema_ci.publish.lint_publication import LintPublication
from schema_core.report.lint_problems import problems
from schema_core.report.lint_wording import repository_path
from schema_core.text.terminal import terminal_block

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a file and what stands there after a fix, which is never empty."""

    file: str
    start: int
    end: int
    text: str


def inline_notes(publication: LintPublication) -> tuple[InlineNote, ...]:
    """One note for each place that a proven fix changes, at the first of the findings that it settles.

    A fix that cannot be suggested as a whole is left out: its suggestions belong into one commit, since the lines of
    the sum file are among them.
    """
    files = {file.name: file for file in publication.result.files}
    notes: list[InlineNote] = []
    told: set[str] = set()
    for problem in problems(publication.result, publication.path_prefix):
        finding = problem.finding
        if finding is None or finding.fix is None or finding.file not in files or finding.fix.patch in told:
            continue
        told.add(finding.fix.patch)
        notes.extend(
            InlineNote(
                key=f"{problem.fingerprint[:16]}:{replaced.file}:{number}",
                path=repository_path(publication.path_prefix, replaced.file),
                start_line=replaced.start,
                end_line=replaced.end,
                finding=finding,
                file=files[finding.file],
                replacement=replaced.text,
            )
            for number, replaced in enumerate(replacements(finding.fix.patch))
        )
    return tuple(notes)


def replacements(patch: str) -> tuple[Replaced, ...]:
    """The changed places of a unified diff, as lines that take the place of others.

    Empty when they would not do what the patch does: it makes a new file, ends one without a line break, or could not
    be shown as it is.
    """
    if terminal_block(patch) != patch or "\r" in patch:
        return ()
    found = []
    for file, first, lines in _hunks(patch):
        if file == "/dev/null" or any(line.startswith("\\") for line in lines):
            return ()
        for start, end in _places(lines):
            part = lines[start:end]
            before = first + sum(1 for line in lines[:start] if line[0] != "+")
            old = sum(1 for line in part if line[0] != "+")
            text = "\n".join(line[1:] for line in part if line[0] != "-")
            if not old or not text:
                return ()
            found.append(Replaced(file=file, start=before, end=before + old - 1, text=text))
    return tuple(found)


def _hunks(patch: str) -> Iterator[tuple[str, int, list[str]]]:
    """The hunks of a unified diff: file, number of the first line, and the lines with their signs.

    Lines are counted as the hunk's head says: a removed comment looks like the head of a file.
    """
    file = ""
    lines = iter(patch.split("\n"))
    for line in lines:
        hunk = _HUNK.match(line)
        if line.startswith("--- "):
            file = line.removeprefix("--- ").removeprefix("a/")
        elif hunk is not None:
            old, new = (int(number) if number is not None else 1 for number in hunk.group(2, 3))
            body: list[str] = []
            while old > 0 or new > 0:
                body.append(next(lines))
                old -= body[-1][0] in "- "
                new -= body[-1][0] in "+ "
            yield file, int(hunk[1]), body


def _places(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The runs of changed lines, as indexes; one that only adds or leaves nothing takes a neighbour along."""
    places: list[tuple[int, int]] = []
    index = 0
    while index < len(lines):
        start = index
        while index < len(lines) and lines[index][0] != " ":
            index += 1
        if index == start:
            index += 1
            continue
        end = index
        while not _stands_alone(lines[start:end]) and end < len(lines) and lines[end][0] == " ":
            end += 1
        while not _stands_alone(lines[start:end]) and start > 0:
            start -= 1
        if places and start <= places[-1][1]:
            start = min(start, places.pop()[0])
        places.append((start, end))
    return places


def _stands_alone(lines: Sequence[str]) -> bool:
    """Whether the lines take the place of some, by a text that is not empty."""
    return any(line[0] != "+" for line in lines) and any(line[0] != "-" and line[1:] for line in lines)
