"""One comment per key, updated in place, whoever else writes at the same time.

Platforms know no compare-and-swap, so this rests on three rules that every run keeps:

* The oldest comment of a key stays. It alone is updated and it is never deleted, so that a deletion that was decided on
  an old reading still removes nothing but a duplicate. Whatever the interleaving, one comment is left.
* What the newest of all markers says is what the oldest comment must say. A run that finds a newer one's text in a
  duplicate carries it over.
* A run is done only when it reads what it wants to find. ``publish`` asks a second time at its very end, so that a
  write of an older run that was already on its way is found and put right.

A write that is held back for longer than a newer run takes to finish still wins; no order of calls can prevent that.
The comment names its commit, and the next run puts it right.
"""

from __future__ import annotations

import msgspec

from schema_ci.platforms.protocol import Comment, Comments, PlatformError
from schema_ci.publish.marker import Marker, marker_of

_ATTEMPTS = 8
"""Each attempt but the last one failed because another run wrote in the middle of it."""


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a comment: its address, and whether it is about a newer run, which was left as it is.

    ``is_shared`` says that the newer text is that of another job of the same run.
    """

    url: str
    newer: bool = False
    is_shared: bool = False


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """A comment of the key with its marker."""

    comment: Comment
    marker: Marker


def post(comments: Comments, marker: Marker, body: str, *, only_update: bool = False) -> Posted | None:
    """Write the comment of this marker: update the one that is there, or create it.

    ``body`` holds the marker. ``only_update`` creates nothing. A comment of a newer run is left alone. Returns None
    when nothing was to be written; raises PlatformError.
    """
    created: list[Comment] = []
    for _ in range(_ATTEMPTS):
        found = _of_this_place(comments, marker, created)
        if not found:
            if only_update:
                return None
            created = [comments.create(body)]
            continue
        oldest, *duplicates = found
        newest = max(found, key=lambda item: item.marker.age)
        is_newer = newest.marker.age > marker.age
        wanted = newest.comment.body if is_newer else body
        wanted_age = max(newest.marker.age, marker.age)
        if oldest.marker.age == wanted_age and not duplicates:
            shared = is_newer and newest.marker.run == marker.run
            return Posted(url=oldest.comment.url, newer=is_newer, is_shared=shared)
        if oldest.marker.age != wanted_age and not _update(comments, oldest.comment, wanted):
            continue
        for duplicate in duplicates:
            comments.delete(duplicate.comment.id)
        created = []
    raise PlatformError("The comment was overwritten by other runs again and again; the last of them stands.")


def _update(comments: Comments, comment: Comment, body: str) -> bool:
    """Replace the text; False when somebody deleted the comment. Raises PlatformError."""
    try:
        comments.update(comment.id, body)
    except PlatformError:
        if any(item.id == comment.id for item in comments.own()):
            raise
        return False
    return True


def _of_this_place(comments: Comments, marker: Marker, created: list[Comment]) -> list[_Found]:
    """The comments of the marker's key, oldest first; what we just created counts even if it is not listed yet."""
    listed = list(comments.own())
    known = {comment.id for comment in listed}
    found = []
    for comment in [*listed, *(comment for comment in created if comment.id not in known)]:
        other = marker_of(comment.body)
        if other is not None and marker.is_same_place(other):
            found.append(_Found(comment=comment, marker=other))
    return found
