"""MD501: a file that databases may have applied was edited or deleted."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.directory.changeset import ChangeSet
from schema_core.lint.directory_rule import DirectoryRule, FileHit


class ChangedFile(DirectoryRule):
    """Reports files of the merge base that the change edits or deletes; seen by comparing git's blobs."""

    code = "MD501"
    name = "changed-file"
    title = "A migration file that was merged is edited or deleted"
    severity = "error"
    effect = "Databases that have applied the file keep what it did before, so that they differ from new ones for good."
    instead = "Leave merged files as they are and write a new file that changes what the old one made."
    documentation = (
        "Needs `--git-base`. The lint run replays the file as it was at the merge base, since that is what databases "
        "have. Renaming a file is deleting one and adding another."
    )

    def check(self, change_set: ChangeSet) -> Iterator[FileHit]:
        """Look for edited and deleted files."""
        for name in change_set.edited:
            yield FileHit(file=name, change="edited", message=f'File "{name}" was merged before and is edited')
        for name in change_set.deleted:
            yield FileHit(file=name, change="deleted", message=f'File "{name}" was merged before and is deleted')


RULE = ChangedFile()
