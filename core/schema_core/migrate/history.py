"""What a database has had of a directory: its revisions beside the files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from schema_core.directory import sums
from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.migrate.verification import edited_file
from schema_core.schema.revisions import BASELINE, Revision


class History:
    """A directory's files and a database's revisions, both in their order."""

    def __init__(self, directory: MigrationDirectory, revisions: Sequence[Revision]) -> None:
        """Take what was read; nothing is compared yet."""
        self.files = directory.files
        self._directory = directory
        self.revisions = tuple(revisions)
        self._by_version = {revision.version: revision for revision in revisions}
        self._places = {file.version: index for index, file in enumerate(directory.files)}

    def revision_of(self, file: MigrationFile) -> Revision | None:
        """The file's row."""
        return self._by_version.get(file.version)

    def file_of(self, version: str) -> MigrationFile | None:
        """The directory's file of a version."""
        place = self._places.get(version)
        return self.files[place] if place is not None else None

    @property
    def last(self) -> Revision | None:
        """The revision that the database is at; None before the first."""
        return self.revisions[-1] if self.revisions else None

    @cached_property
    def missing(self) -> tuple[Revision, ...]:
        """Revisions whose files the directory lacks.

        Files that a checkpoint at the beginning of the directory stands for may be gone.
        """
        first = self.files[0] if self.files else None
        squashed = first is not None and first.directives.checkpoint is not None
        return tuple(
            revision
            for revision in self.revisions
            if revision.version not in self._places
            and not (first is not None and squashed and revision.is_complete and _sorts_before(revision, first))
        )

    @cached_property
    def ahead(self) -> tuple[Revision, ...]:
        """Those of them that are later than every file: the directory is older than the database."""
        if not self.files:
            return self.missing
        return tuple(revision for revision in self.missing if _sorts_before_version(self.files[-1], revision))

    @cached_property
    def edited(self) -> MigrationFile | None:
        """The first applied file that is no longer what it was.

        Nothing is known of what came after files that are gone, as those before a checkpoint at the beginning may be.
        """
        if any(revision.version not in self._places for revision in self.revisions):
            return None
        by_name = {file.name: found for file in self.files if (found := self.revision_of(file)) is not None}
        edited = edited_file(self._directory.summed, by_name, {file.name for file in self._directory.others})
        begins_with_checkpoint = bool(self.files) and self.files[0].directives.checkpoint is not None
        if edited is not None and begins_with_checkpoint and self.revisions[0].version == edited.version:
            return None
        return edited

    @cached_property
    def started(self) -> tuple[MigrationFile, ...]:
        """Files of which some statements are not done yet."""
        return tuple(
            file for file in self.files if (found := self.revision_of(file)) is not None and not found.is_complete
        )

    @cached_property
    def out_of_order(self) -> tuple[MigrationFile, ...]:
        """Files that came in before others that were applied already.

        What a baseline or a first checkpoint stands for is not among them, nor are other checkpoints.
        """
        places = [place for version in self._by_version if (place := self._places.get(version)) is not None]
        if not places:
            return ()
        begin = 0
        first = self.files[min(places)]
        revision = self.revision_of(first)
        if first.directives.checkpoint is not None or (revision is not None and revision.type & BASELINE):
            begin = min(places)
        return tuple(
            file
            for file in self.files[begin : max(places)]
            if file.version not in self._by_version and file.directives.checkpoint is None
        )

    @cached_property
    def after(self) -> tuple[MigrationFile, ...]:
        """Files behind the last applied one, without checkpoints, which are for empty databases."""
        places = [place for version in self._by_version if (place := self._places.get(version)) is not None]
        begin = max(places) + 1 if places else self._first_after_squashed()
        return tuple(file for file in self.files[begin:] if file.directives.checkpoint is None)

    def hashes(self) -> dict[str, str]:
        """The entries of the sum file, by version."""
        entries = dict(sums.of(self._directory).entries)
        return {file.version: entries.get(file.name, "") for file in self.files}

    def _first_after_squashed(self) -> int:
        """Where the files begin that a database lacks which has had only files that are gone."""
        last = self.last
        return sum(1 for file in self.files if last is not None and not _sorts_before(last, file))


def _sorts_before(revision: Revision, file: MigrationFile) -> bool:
    return revision.version.encode() < file.version.encode()


def _sorts_before_version(file: MigrationFile, revision: Revision) -> bool:
    return file.version.encode() < revision.version.encode()
