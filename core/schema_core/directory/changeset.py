"""Which files of a directory are new."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from schema_core.directory.files import MigrationFile
from schema_core.directory.git import Repository
from schema_core.directory.migration_directory import MigrationDirectory


class ChangeSet(msgspec.Struct, frozen=True, kw_only=True):
    """The files to replay first, the files to lint after them, and what was done to files that were there before.

    ``edited`` and ``deleted`` name files of the merge base that the change touched: databases that have applied them
    will not get the difference. ``out_of_order`` names new files that sort before files that were there already.
    """

    base: tuple[MigrationFile, ...]
    new: tuple[MigrationFile, ...]
    edited: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    out_of_order: tuple[str, ...] = ()

    def replayed(self) -> tuple[MigrationFile, ...]:
        """The base files that make the state before the new ones in an empty database."""
        return from_checkpoint(self.base)


def from_checkpoint(files: Sequence[MigrationFile]) -> tuple[MigrationFile, ...]:
    """What an empty database needs of ``files``: the last checkpoint, which stands for all before it, and the rest."""
    checkpoints = [index for index, file in enumerate(files) if file.directives.checkpoint is not None]
    return tuple(files[checkpoints[-1] :] if checkpoints else files)


def latest(directory: MigrationDirectory, count: int) -> ChangeSet:
    """The last ``count`` files are new; all of them when there are not more."""
    split = max(len(directory.files) - count, 0)
    return ChangeSet(base=directory.files[:split], new=directory.files[split:])


def since_git(directory: MigrationDirectory, reference: str, git_dir: str) -> ChangeSet:
    """Files that the merge base of ``reference`` and HEAD lacks are new, committed or not.

    The base is what every database of the target branch has: the files of the merge base, with the content that they
    had there. An edited or deleted file is therefore replayed as it was, named in the result, and not linted as new.
    Raises UserError when git cannot tell (no repository, an unknown ref, a shallow clone).
    """
    kind = directory.format
    repository = Repository(git_dir, directory.path)
    before = repository.files_at(repository.merge_base(reference), recursive=kind.recursive)
    present = {file.name: file for file in directory.files}
    old = {name: blob for name, blob in before.items() if kind.is_run(name)}
    ids = repository.blob_ids([file.data for file in directory.files], [file.name for file in directory.files])
    changed = {name for name in old if name in present and ids[name] != old[name]}
    again = {name for name in changed if kind.runs_again(name)}
    deleted = tuple(name for name in sorted(old) if not (directory.path / name).is_file())

    def read(name: str) -> bytes:
        if name in present and name not in changed:
            return present[name].data
        return repository.content(before[name])

    new = tuple(file for file in directory.files if file.name not in old or file.name in again)
    last = max((kind.order_key(name) for name in old if not kind.runs_again(name)), default=None)
    return ChangeSet(
        base=kind.files(list(before), read),
        new=new,
        edited=tuple(sorted(changed - again)),
        deleted=deleted,
        out_of_order=tuple(
            file.name for file in new if last is not None and file.name not in old and kind.order_key(file.name) < last
        ),
    )
