"""Whether applied files are still what they were when they were applied.

A revision's hash covers its file and all files before it that the directory had then (reference 2.2, 2.6). Which those
were is not written down: a file may have come in later between others. So the sum is carried on for every set of files
that may have been there, and a hash that none of them gives belongs to a file that was edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime

from schema_core.directory.files import MigrationFile
from schema_core.directory.sums import RunningSum
from schema_core.schema.revisions import Revision

_MOST_SETS = 16
_LATEST = datetime.max.replace(tzinfo=UTC)


class _Set:
    """A set of files that may have been there, by its sum; ``matched`` is how far it was confirmed by revisions."""

    def __init__(self, running: RunningSum, left_out: int, matched: int) -> None:
        self.running = running
        self.left_out = left_out
        self.matched = matched


def edited_file(
    files: Sequence[MigrationFile], revisions: Mapping[str, Revision], never_run: Set[str] = frozenset()
) -> MigrationFile | None:
    """The first applied file whose hash no set of files before it explains; None when there is none.

    ``files`` are all that the sum covers, ``never_run`` the names of those that only undo others; ``revisions`` are by
    the name of their file. What comes after an edited file cannot be judged, as its hash covers that one.
    """
    earliest_after = _earliest_after(files, revisions)
    sets = [_Set(RunningSum(), 0, 0)]
    for index, file in enumerate(files):
        revision = revisions.get(file.name)
        without = [_Set(item.running.copy(), item.left_out + 1, item.matched) for item in sets]
        entries = [item.running.add(file) for item in sets]
        if revision is not None and revision.is_complete and revision.hash and None not in entries:
            found = [item for item, entry in zip(sets, entries, strict=True) if entry == revision.hash]
            if not found:
                return file
            for item in found:
                item.matched = index + 1
        if file.name in never_run:
            continue
        if revision is None or not revision.is_complete or revision.executed_at > earliest_after[index]:
            sets = _likeliest([*sets, *without])
    return None


def _earliest_after(files: Sequence[MigrationFile], revisions: Mapping[str, Revision]) -> list[datetime]:
    """For each file, when the first of those behind it was applied; a file applied no later was there then."""
    earliest = [_LATEST] * len(files)
    moment = _LATEST
    for index in range(len(files) - 1, -1, -1):
        earliest[index] = moment
        revision = revisions.get(files[index].name)
        if revision is not None:
            moment = min(moment, revision.executed_at)
    return earliest


def _likeliest(sets: list[_Set]) -> list[_Set]:
    """Those that a revision spoke for last, and that leave out the fewest files."""
    return sorted(sets, key=lambda item: (-item.matched, item.left_out))[:_MOST_SETS]
