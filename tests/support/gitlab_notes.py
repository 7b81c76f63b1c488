"""The notes of the fake GitLab's merge request: who may write what where."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

IID = 3
GUEST, REPORTER, DEVELOPER, MAINTAINER = 10, 20, 30, 40
TIME = "2026-03-01T10:00:00.000Z"

_FENCE = re.compile(r"^ {0,3}(`{3,})[^`\n]*$")
_QUICK_ACTION = re.compile(r"^/[a-z_]+\b")
_SUGGESTION = re.compile(r"^`{3,}suggestion:-(\d+)\+(\d+)$", re.MULTILINE)


class Refusal(Exception):  # noqa: N818
    """An answer that is not a success."""

    def __init__(self, status: int, body: dict[str, Any] | str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, headers or {}


@dataclass(frozen=True)
class Access:
    """What a token stands for: a user with a role in the project and scopes, or a job."""

    user_id: int
    username: str
    role: int = DEVELOPER
    scopes: frozenset[str] = frozenset({"api"})
    is_job: bool = False

    def user(self, address: str) -> dict[str, Any]:
        """The user as the API tells it."""
        return {
            "id": self.user_id,
            "username": self.username,
            "name": self.username.title(),
            "state": "active",
            "web_url": f"{address}/{self.username}",
            "bot": self.username.startswith("project_"),
        }


@dataclass
class Notes:
    """All notes, oldest first; a thread is what notes of one ``_thread`` have in common."""

    project_id: int
    complain: Callable[[str], None]
    items: list[dict[str, Any]] = field(default_factory=list)
    locked: bool = False
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))

    def add(
        self,
        body: str,
        author: dict[str, Any],
        *,
        system: bool = False,
        position: dict[str, Any] | None = None,
        in_thread: bool = False,
    ) -> dict[str, Any]:
        """Keep a note."""
        number = next(self._ids)
        note = {
            "id": number,
            "type": "DiffNote" if position is not None else "DiscussionNote" if in_thread else None,
            "body": body,
            "author": author,
            "created_at": TIME,
            "updated_at": TIME,
            "system": system,
            "noteable_id": 9000 + IID,
            "noteable_type": "MergeRequest",
            "noteable_iid": IID,
            "project_id": self.project_id,
            "resolvable": in_thread or position is not None,
            "internal": False,
            "_thread": f"{number:040x}",
        }
        if note["resolvable"]:
            note |= {"resolved": False, "resolved_by": None}
        if position is not None:
            note["position"] = position
        self.items.append(note)
        return note

    def create(self, body: str, access: Access, author: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A note that came through the API."""
        self.may_comment(access)
        self.check_body(body, more.get("position"))
        return self.add(body, author, **more)

    def may_comment(self, access: Access) -> None:
        """Refuse guests, and everybody when the discussion is locked."""
        if self.locked or access.role < REPORTER:
            raise Refusal(403, {"message": "403 Forbidden"})

    def find(self, number: int) -> dict[str, Any]:
        """The note of a number."""
        for note in self.items:
            if note["id"] == number:
                return note
        raise Refusal(404, {"message": "404 Note Not Found"})

    def own(self, number: int, access: Access) -> dict[str, Any]:
        """The note, if this user may change it."""
        note = self.find(number)
        if note["author"]["id"] != access.user_id and access.role < MAINTAINER:
            raise Refusal(403, {"message": "403 Forbidden"})
        return note

    def edit(self, number: int, body: str, access: Access) -> dict[str, Any]:
        """Give a note another text."""
        note = self.own(number, access)
        self.may_comment(access)
        self.check_body(body, note.get("position"))
        note["body"] = body
        return note

    def discussions(self) -> list[dict[str, Any]]:
        """All threads; a plain note is one of its own."""
        return [self.discussion(thread) for thread in dict.fromkeys(note["_thread"] for note in self.items)]

    def discussion(self, thread: str) -> dict[str, Any]:
        """One thread."""
        notes = [note for note in self.items if note["_thread"] == thread]
        if not notes:
            raise Refusal(404, {"message": "404 Discussion Not Found"})
        return {"id": thread, "individual_note": notes[0]["type"] is None, "notes": [told(note) for note in notes]}

    def resolve(self, thread: str, resolved: bool, access: Access, user: dict[str, Any]) -> dict[str, Any]:
        """Resolve or open a thread again."""
        if self.discussion(thread)["individual_note"]:
            raise Refusal(400, {"message": "400 Bad request - Discussion can't be resolved"})
        if access.role < DEVELOPER:
            raise Refusal(403, {"message": "403 Forbidden"})
        for note in self.items:
            if note["_thread"] == thread:
                note |= {"resolved": resolved, "resolved_by": user if resolved else None}
        return self.discussion(thread)

    def check_body(self, body: str, position: dict[str, Any] | None) -> None:
        """A quick action would be run in the name of the token's user; a suggestion must lie on its note's lines."""
        inside = ""
        for line in body.split("\n"):
            fence = _FENCE.match(line)
            if inside:
                closes = fence is not None and len(fence[1]) >= len(inside) and not line.strip(" `")
                inside = "" if closes else inside
            elif fence is not None:
                inside = fence[1]
            elif _QUICK_ACTION.match(line):
                self.complain(f"a note runs the quick action {line!r}")
        if inside:
            self.complain("a note leaves a code block open")
        for above, below in _SUGGESTION.findall(body):
            if position is None or int(above) > 100 or int(below) > 100:
                self.complain(f"a suggestion of {above} lines above and {below} below is not taken")


def told(note: dict[str, Any]) -> dict[str, Any]:
    """A note as the API tells it."""
    return {key: value for key, value in note.items() if not key.startswith("_")}


def lines_of(diff: str) -> set[tuple[int | None, int | None]]:
    """Old and new line numbers of every line that a diff shows; None on the side where it is not."""
    found: set[tuple[int | None, int | None]] = set()
    old = new = 0
    for line in diff.splitlines():
        if (hunk := re.match(r"@@ -(\d+)(?:,\d+)? \+(\d+)", line)) is not None:
            old, new = int(hunk[1]), int(hunk[2])
        elif line.startswith("+"):
            found.add((None, new))
            new += 1
        elif line.startswith("-"):
            found.add((old, None))
            old += 1
        elif line.startswith(" "):
            found.add((old, new))
            old, new = old + 1, new + 1
    return found
