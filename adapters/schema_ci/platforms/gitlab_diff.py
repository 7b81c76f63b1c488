"""Which lines of which files a merge request's diff shows: only there GitLab takes a note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


class ChangedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the diff. ``added`` are lines of the new file that the old one lacks."""

    path: str
    old_path: str
    added: frozenset[int]
    whole: bool = False
    """Whether every line is new: GitLab leaves out the text of a large file, but not that it is new."""

    def is_added(self, line: int) -> bool:
        """Whether the line is new."""
        return self.whole or line in self.added


def changed_files(diffs: Iterable[dict[str, Any]]) -> dict[str, ChangedFile]:
    """The files by their new path; deleted ones are left out."""
    return {
        diff["new_path"]: ChangedFile(
            path=diff["new_path"],
            old_path=diff["old_path"],
            added=frozenset(_added(diff["diff"])),
            whole=bool(diff["new_file"]),
        )
        for diff in diffs
        if not diff["deleted_file"]
    }


def _added(text: str) -> Iterable[int]:
    number = 0
    for line in text.split("\n"):
        if (hunk := _HUNK.match(line)) is not None:
            number = int(hunk[2])
        elif line.startswith("+"):
            yield number
            number += 1
        elif line.startswith(" "):
            number += 1
