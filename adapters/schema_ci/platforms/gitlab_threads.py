"""Threads on the changed lines of a merge request: what is missing is posted, what was fixed is resolved."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import gitlab
import msgspec

from schema_ci.platforms.gitlab_api import PAGE, GitLabApi, call, listed, refused
from schema_ci.platforms.gitlab_diff import ChangedFile, changed_files
from schema_ci.platforms.gitlab_thread_text import (
    MOST_LINES,
    ThreadMarker,
    companion_text,
    suggestion_block,
    thread_marker_of,
    thread_text,
)
from schema_ci.platforms.protocol import InlineNote
from schema_ci.publish.lint_publication import LintPublication
from schema_ci.publish.marker import key_digest
from schema_core.report.lint_problems import Problem, problems
from schema_core.schema.findings import SEVERITIES

MOST_NEW = 25
"""Threads that one run starts at most; the comment has everything."""
_READING = "The merge request could not be read"
_POSTING = "Threads on lines were not posted"
_RESOLVING = "Threads whose problem is gone were not resolved"


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """A thread that should be there."""

    key: str
    path: str
    line: int
    body: str


class Existing(msgspec.Struct, frozen=True, kw_only=True):
    """A thread of ours that is there; ``resolved_by_us`` says who resolved it, None that nobody did."""

    id: str
    key: str
    note: int
    body: str
    path: str
    resolved_by_us: bool | None


class MergeRequestThreads:
    """The threads of one merge request that one job keeps."""

    def __init__(self, api: GitLabApi, project: str, number: int) -> None:
        """Take the merge request's project and number."""
        self._api = api
        self._mine = api.merge_request(project, number)
        self._manager = api.project(project).mergerequests
        self._number = number

    def settle(self, publication: LintPublication, notes: Collection[InlineNote]) -> int | None:
        """Bring the threads in line with the result; the number of those left out, None when it is outdated.

        Raises PlatformError.
        """
        request = call(_READING, lambda: self._manager.get(self._number)).attributes
        refs = request.get("diff_refs")
        if request.get("sha") != publication.context.commit or not refs:
            return None
        path = f"{self._mine.manager.path}/{self._number}/diffs"
        client = self._mine.manager.gitlab
        files = changed_files(listed(_READING, lambda: client.http_list(path, iterator=True, per_page=PAGE)))
        wanted = {thread.key: thread for thread in wanted_threads(publication, notes, files)}
        existing = list(self._existing(publication))
        self._resolve_gone(publication, wanted, existing)
        there = {thread.key for thread in existing}
        missing = [thread for key, thread in wanted.items() if key not in there]
        self._renew(wanted, existing)
        self._post(missing[:MOST_NEW], refs, files)
        return max(len(missing) - MOST_NEW, 0)

    def _existing(self, publication: LintPublication) -> Iterator[Existing]:
        """Our threads, oldest first: those whose first note our user wrote with a marker of this job."""
        mine = self._api.user_id
        discussions = self._mine.discussions
        for thread in listed(_READING, lambda: discussions.list(iterator=True, per_page=PAGE)):
            note = thread["notes"][0]
            marker = thread_marker_of(note["body"])
            if thread["individual_note"] or marker is None or note["author"]["id"] != mine:
                continue
            if (marker.action, marker.key) == (publication.action, key_digest(publication.key)):
                resolved_by = note.get("resolved_by") or {}
                yield Existing(
                    id=thread["id"],
                    key=marker.problem,
                    note=note["id"],
                    body=note["body"],
                    path=(note.get("position") or {}).get("new_path") or "",
                    resolved_by_us=resolved_by.get("id") == mine if note.get("resolved") else None,
                )

    def _resolve_gone(self, publication: LintPublication, wanted: dict[str, Thread], existing: list[Existing]) -> None:
        """Resolve threads whose problem is gone, and copies that two runs made; not where nothing could be judged."""
        if publication.result.error is not None:
            return
        unjudged = {
            problem.path for problem in problems(publication.result, publication.path_prefix) if not problem.finding
        }
        seen: set[str] = set()
        for thread in existing:
            is_copy = thread.key in seen
            seen.add(thread.key)
            gone = thread.key not in wanted and thread.path not in unjudged
            if thread.resolved_by_us is None and (gone or is_copy):
                self._set_resolved(thread, resolved=True)

    def _renew(self, wanted: dict[str, Thread], existing: list[Existing]) -> None:
        """Bring texts up to date, and open again what we resolved and is back; what people resolved stays so."""
        seen: set[str] = set()
        for thread in existing:
            now = wanted.get(thread.key)
            if now is None or thread.key in seen:
                continue
            seen.add(thread.key)
            if thread.resolved_by_us:
                self._set_resolved(thread, resolved=False)
            if thread.body.strip() != now.body.strip():
                self._rewrite(thread, now.body)

    def _rewrite(self, thread: Existing, body: str) -> None:
        discussion = self._mine.discussions.get(thread.id, lazy=True)
        call(_POSTING, lambda: discussion.notes.update(thread.note, {"body": body}))

    def _set_resolved(self, thread: Existing, *, resolved: bool) -> None:
        call(_RESOLVING, lambda: self._mine.discussions.update(thread.id, {"resolved": resolved}))

    def _post(self, threads: list[Thread], refs: dict[str, Any], files: dict[str, ChangedFile]) -> None:
        """Post each thread; a line that GitLab does not take is no reason to leave out the others."""
        rejected: list[gitlab.exceptions.GitlabError] = []
        for thread in threads:
            position = {
                "base_sha": refs["base_sha"],
                "start_sha": refs["start_sha"],
                "head_sha": refs["head_sha"],
                "position_type": "text",
                "new_path": thread.path,
                "old_path": files[thread.path].old_path,
                "new_line": thread.line,
            }
            data = {"body": thread.body, "position": position}
            try:
                self._mine.discussions.create(data)
            except gitlab.exceptions.GitlabCreateError as error:
                if error.response_code not in {400, 422, 500}:
                    raise refused(_POSTING, error) from error
                rejected.append(error)
        if rejected:
            raise refused(f"{len(rejected)} of {len(threads)} threads on lines were not posted", rejected[0])


def wanted_threads(
    publication: LintPublication, notes: Collection[InlineNote], files: dict[str, ChangedFile]
) -> Iterator[Thread]:
    """A thread for every error and warning on a changed line, gravest first, and for the rest of each fix."""
    found = sorted(
        problems(publication.result, publication.path_prefix), key=lambda problem: -SEVERITIES.index(problem.severity)
    )
    for problem in found:
        short = problem.fingerprint[:16]
        parts = [note for note in notes if note.key.startswith(f"{short}:")]
        if parts and all(_can_suggest(note, files) for note in parts):
            yield from _suggestions(publication, problem, short, parts)
        elif problem.severity != "notice":
            line = problem.span.start.line
            file = files.get(problem.path)
            if file is not None and file.is_added(line):
                text = thread_text(problem, _marker(publication, short))
                yield Thread(key=short, path=problem.path, line=line, body=text)


def _suggestions(
    publication: LintPublication, problem: Problem, short: str, parts: list[InlineNote]
) -> Iterator[Thread]:
    """The first part in the finding's own file tells the problem; the others, the sum file's, refer to it."""
    main = next((note for note in parts if note.path == problem.path), parts[0])
    for note in parts:
        key = short if note is main else note.key
        text = thread_text if note is main else companion_text
        body = text(problem, _marker(publication, key), _block(note))
        yield Thread(key=key, path=note.path, line=note.start_line, body=body)


def _can_suggest(note: InlineNote, files: dict[str, ChangedFile]) -> bool:
    """Whether all lines that the note replaces are new ones of the merge request."""
    file = files.get(note.path)
    lines = range(note.start_line, note.end_line + 1)
    return file is not None and len(lines) <= MOST_LINES and all(map(file.is_added, lines)) and bool(_block(note))


def _block(note: InlineNote) -> str:
    if note.replacement is None:
        return ""
    return suggestion_block(note.replacement, note.end_line - note.start_line)


def _marker(publication: LintPublication, problem: str) -> ThreadMarker:
    return ThreadMarker(action=publication.action, key=key_digest(publication.key), problem=problem)
