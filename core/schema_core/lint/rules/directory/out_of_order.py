"""MD502: a new file sorts before merged files."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.directory.changeset import ChangeSet
from schema_core.lint.directory_rule import DirectoryRule, FileHit


class OutOfOrder(DirectoryRule):
    """Reports new files that come before the last file of the merge base."""

    code = "MD502"
    name = "out-of-order-file"
    title = "A new migration file sorts before merged ones"
    severity = "error"
    effect = (
        "Databases that are further on refuse it or run it after the later files, new databases before them: the "
        "order, and perhaps the result, differs."
    )
    instead = "Give the file a version later than every merged file, then run 'schema-action migrate hash'."
    documentation = "Needs `--git-base`. The lint run watches the file after all merged files, as a late apply would."

    def check(self, change_set: ChangeSet) -> Iterator[FileHit]:
        """Look for files that sort too early."""
        for name in change_set.out_of_order:
            yield FileHit(file=name, change="added", message=f'File "{name}" sorts before merged files')


RULE = OutOfOrder()
