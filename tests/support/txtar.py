"""The txtar format: a comment, then files, each behind a line ``-- name --``."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARKER = re.compile(r"^-- (\S.*?) --[ \t]*\n", re.MULTILINE)


class Archive(NamedTuple):
    """The text before the first file, and the files by name in the order of the archive."""

    comment: str
    files: dict[str, bytes]


def parse(text: str) -> Archive:
    """Read an archive; raises ValueError for a name that stands twice or that leaves the directory."""
    pieces = _MARKER.split(text)
    files: dict[str, bytes] = {}
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in files:
            raise ValueError(f"{name} stands twice in the archive")
        if name.startswith("/") or ".." in name.split("/"):
            raise ValueError(f"{name} would be written outside the work directory")
        files[name] = body.encode()
    return Archive(pieces[0], files)
