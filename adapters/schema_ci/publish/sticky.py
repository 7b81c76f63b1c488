"""One comment per key, updated in place, whoever else writes at the same time."""

from __future__ import annotations

import msgspec

from schema_ci.platforms.protocol import Comment, Comments, PlatformError
from schema_ci.publish.marker import Marker, marker_of

_ATTEMPTS = 3
"""Platforms have no compare-and-swap: what was written is read again, and written again when another run interfered."""


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a comment: its address, and whether a newer run's comment was left as it is."""

    url: str
    newer: bool = False


def post(comments: Comments, marker: Marker, body: str, *, only_update: bool = False) -> Posted | None:
    """Write the comment of this marker: update the one that is there, or create it.

    ``body`` holds the marker. ``only_update`` creates nothing. A comment of a newer run is left alone. Of several
    comments with the marker's key (two runs created theirs at the same time) the oldest stays. Returns None when
    nothing was to be written; raises PlatformError.
    """
    for _ in range(_ATTEMPTS):
        mine = _of_this_place(comments, marker)
        if any(_run(comment) > marker.run for comment in mine):
            newest = max(mine, key=_run)
            for duplicate in mine:
                if duplicate is not newest:
                    comments.delete(duplicate.id)
            return Posted(url=newest.url, newer=True)
        if not mine:
            if only_update:
                return None
            written = comments.create(body)
        elif _same_text(mine[0].body, body):
            written = mine[0]
        else:
            written = comments.update(mine[0].id, body)
        for duplicate in mine[1:]:
            comments.delete(duplicate.id)
        there = _of_this_place(comments, marker)
        if len(there) == 1 and there[0].id == written.id and _same_text(there[0].body, body):
            return Posted(url=written.url)
    raise PlatformError("The comment was overwritten by other runs again and again; the last of them stands.")


def _of_this_place(comments: Comments, marker: Marker) -> list[Comment]:
    found = []
    for comment in comments.own():
        other = marker_of(comment.body)
        if other is not None and marker.is_same_place(other):
            found.append(comment)
    return found


def _run(comment: Comment) -> tuple[int, int]:
    marker = marker_of(comment.body)
    return marker.run if marker is not None else (0, 0)


def _same_text(one: str, other: str) -> bool:
    """Platforms change line ends and trim."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
