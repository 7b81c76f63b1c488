"""Suggestions on the lines of a pull request on GitHub."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import PurePosixPath

import msgspec

from schema_ci.platforms.github_api import Api, ApiError
from schema_ci.platforms.github_comments import PERMISSION, Author, User
from schema_ci.platforms.protocol import InlineNote, PlatformError
from schema_ci.publish.lint_publication import LintPublication
from schema_ci.publish.marker import Marker, marker_of
from schema_core.addresses import rule_page
from schema_core.report.lint_problems import title
from schema_core.report.lint_wording import counted, gain
from schema_core.text import markdown

_MOST = 30
"""Notes a run; more at once run into GitHub's limits on creating content."""
_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


class _Note(msgspec.Struct, frozen=True):
    id: int
    body: str | None = None
    user: User | None = None
    in_reply_to_id: int | None = None
    line: int | None = None
    """None when the lines that the note is about have changed since."""


class _File(msgspec.Struct, frozen=True):
    filename: str
    patch: str = ""


class _Wanted(msgspec.Struct, frozen=True):
    """A note and what tells it from all others: its marker's key."""

    note: InlineNote
    place: str
    body: str


def publish_notes(api: Api, author: Author, publication: LintPublication, notes: Collection[InlineNote]) -> None:
    """Post the suggestions that are missing and delete ours that are out of date; raises PlatformError.

    Nothing that somebody answered is deleted, and nothing is done when a newer run was here already.
    """
    request = publication.context.pull_request
    assert request is not None
    with api.doing("The suggestions were not posted", PERMISSION):
        known = list(api.pages(f"/pulls/{request.number}/comments", _Note))
        ours = dict(_ours(publication, [note for note in known if author.is_us(note.user)]))
        if any(marker.run > publication.context.run for marker in ours.values()):
            return
        lines = _changed_lines(api, request.number) if notes else {}
        wanted = {item.place: item for item in _wanted(publication, notes, lines)}
        standing = {marker.key for note, marker in ours.items() if note.line is not None}
        missing = [item for place, item in wanted.items() if place not in standing]
        refused = [error for item in missing[:_MOST] for error in _posted(api, request.number, request.head, item)]
        answered = {note.in_reply_to_id for note in known}
        for note, marker in ours.items():
            if note.id not in answered and (marker.key not in wanted or note.line is None):
                api.delete(f"/pulls/comments/{note.id}")
    if refused:
        raise PlatformError(f"{counted(len(refused), 'suggestion')} could not be posted: {refused[0].message}.")


def _posted(api: Api, number: int, commit: str, item: _Wanted) -> Iterator[ApiError]:
    """Post one note; gives the error of one that GitHub does not take where it stands, which stops no other."""
    note = item.note
    body = {
        "body": item.body,
        "commit_id": commit,
        "path": note.path,
        "line": note.end_line,
        "side": "RIGHT",
        **({"start_line": note.start_line, "start_side": "RIGHT"} if note.start_line < note.end_line else {}),
    }
    try:
        api.write("POST", f"/pulls/{number}/comments", _Note, body)
    except ApiError as error:
        if error.status != 422:
            raise
        yield error


def _ours(publication: LintPublication, notes: Collection[_Note]) -> Iterator[tuple[_Note, Marker]]:
    """Our notes of this publication's key, those of other jobs left out."""
    for note in notes:
        marker = marker_of(note.body or "")
        if marker is not None and marker.action == _action(publication) and marker.key.startswith(_prefix(publication)):
            yield note, marker


def _wanted(
    publication: LintPublication, notes: Collection[InlineNote], lines: Mapping[str, frozenset[int]]
) -> Iterator[_Wanted]:
    """The notes of every fix that can be suggested as a whole: half of one would break the directory."""
    for _, group in groupby(notes, lambda note: note.file.name):
        parts = list(group)
        if all({part.start_line, part.end_line} <= lines.get(part.path, frozenset()) for part in parts):
            for number, part in enumerate(parts, 1):
                text = _text(part, number, len(parts))
                if text is not None:
                    yield _marked(publication, part, text)


def _marked(publication: LintPublication, note: InlineNote, text: str) -> _Wanted:
    place = _prefix(publication) + _digest(f"{note.key}\n{text}")
    context = publication.context
    marker = Marker(action=_action(publication), key=place, commit=context.commit, run=context.run)
    return _Wanted(note, place, f"{text}\n{marker.text(html=True)}")


def _text(note: InlineNote, number: int, parts: int) -> str | None:
    """The note in Markdown; None when the suggestion would have to be changed to be shown."""
    suggestion = None if note.replacement is None else markdown.verbatim(note.replacement, "suggestion")
    if suggestion is None:
        return None
    finding = note.finding
    pieces = []
    if PurePosixPath(note.path).name == finding.file:
        code = markdown.link(finding.code, finding.documentation or rule_page(finding.code))
        pieces.append(f"**{code}: {markdown.inline(title(finding.rule))}.** {markdown.inline(finding.message)}")
        pieces.append(f"Tried on a throwaway database: the same schema, with {markdown.inline(gain(finding))}.")
    pieces.append(suggestion.rstrip("\n"))
    if parts > 1:
        file = markdown.code(note.file.name)
        pieces.append(
            f"Part {number} of {parts} of the fix of {file}: add all of them to one batch and commit them together."
        )
    return "\n\n".join(pieces) + "\n"


def _action(publication: LintPublication) -> str:
    return f"{publication.action} note"


def _prefix(publication: LintPublication) -> str:
    """What the keys of all notes of one publication begin with."""
    return f"{_digest(publication.key)}:"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _changed_lines(api: Api, number: int) -> dict[str, frozenset[int]]:
    """The lines of each changed file that its diff shows; only they can be commented on."""
    return {file.filename: _lines(file.patch) for file in api.pages(f"/pulls/{number}/files", _File)}


def _lines(patch: str) -> frozenset[int]:
    hunks: Sequence[re.Match[str]] = list(_HUNK.finditer(patch))
    return frozenset(line for hunk in hunks for line in range(int(hunk[1]), int(hunk[1]) + int(hunk[2] or 1)))
