"""Notes on the lines that findings are about, with a suggestion where a fix was proven."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import msgspec

from schema_ci.platforms.protocol import InlineNote
from schema_ci.publish.publication import Publication
from schema_core.report.lint_problems import problems
from schema_core.schema.findings import Finding
from schema_core.text.terminal import terminal_block

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")


class _Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a file and what stands there after a fix."""

    file: str
    start: int
    end: int
    text: str


def inline_notes(publication: Publication) -> tuple[InlineNote, ...]:
    """One note for each place that a proven fix changes; what several findings share is the first one's.

    A fix whose patch makes a new file cannot be suggested, and one that would have to be changed to be shown neither.
    All suggestions of one fix belong together: the sum file's lines are among them.
    """
    files = {file.name: file for file in publication.result.files}
    notes: list[InlineNote] = []
    seen: set[tuple[str, str]] = set()
    for problem in problems(publication.result, publication.path_prefix):
        finding = problem.finding
        if finding is None or finding.fix is None or finding.file not in files:
            continue
        fix = (finding.file, finding.fix.patch)
        if fix in seen:
            continue
        seen.add(fix)
        notes.extend(
            InlineNote(
                key=f"{problem.fingerprint[:16]}:{replaced.file}:{number}",
                path=f"{publication.path_prefix}/{replaced.file}".lstrip("/"),
                start_line=replaced.start,
                end_line=replaced.end,
                finding=finding,
                file=files[finding.file],
                replacement=replaced.text,
            )
            for number, replaced in enumerate(_replacements(finding))
        )
    return tuple(notes)


def _replacements(finding: Finding) -> tuple[_Replaced, ...]:
    patch = finding.fix.patch if finding.fix is not None else ""
    if "\n--- /dev/null\n" in f"\n{patch}" or terminal_block(patch) != patch or "\r" in patch:
        return ()
    return tuple(_changed(patch))


def _hunks(patch: str) -> Iterator[tuple[str, int, list[str]]]:
    """The hunks of a unified diff: file, number of the first line, and the lines with their signs."""
    file = ""
    for part in re.split(r"(?m)^(?=--- |@@ )", patch):
        lines = [line for line in part.split("\n") if line and not line.startswith("\\")]
        if part.startswith("--- "):
            file = lines[0].removeprefix("--- ").removeprefix("a/")
        elif (hunk := _HUNK.match(part)) is not None:
            yield file, int(hunk[1]), lines[1:]


def _changed(patch: str) -> Iterator[_Replaced]:
    """Each run of changed lines of a unified diff; an insertion takes the line behind or before it along."""
    for file, first, lines in _hunks(patch):
        number = first
        before: str | None = None
        groups = [(changed, list(group)) for changed, group in groupby(lines, lambda line: line[0] in "+-")]
        for index, (changed, group) in enumerate(groups):
            if not changed:
                number += len(group)
                before = group[-1][1:]
                continue
            removed = sum(1 for line in group if line[0] == "-")
            added = [line[1:] for line in group if line[0] == "+"]
            start, end = number, number + removed - 1
            if not removed and index + 1 < len(groups):
                end = start
                added.append(groups[index + 1][1][0][1:])
            elif not removed and before is not None:
                start = end = number - 1
                added.insert(0, before)
            if end >= start:
                yield _Replaced(file=file, start=start, end=end, text="\n".join(added))
            number += removed
