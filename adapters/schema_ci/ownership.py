"""Gives what a run wrote into the checkout back to the checkout's owner.

A container action runs as root on a directory of the runner's user. What root leaves there cannot be changed or removed
by the steps after it, nor by the next run on the same machine.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_REPOSITORY = ".git"


def give_back(root: Path) -> None:
    """Give our files in the checkout to its owner: whole entries of its root, and what is in its repository.

    Does nothing unless we are root and the checkout belongs to another user. Never raises OSError, follows no link, and
    leaves files alone that have a second name, since that may be outside of the checkout.
    """
    if os.geteuid() != 0:
        return
    with contextlib.suppress(OSError):
        owner = root.stat()
        if owner.st_uid != 0:
            for path in _ours(root):
                with contextlib.suppress(OSError):
                    os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _ours(root: Path) -> Iterator[str]:
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.name == _REPOSITORY or _is_ours(entry):
                yield from _below(entry)


def _below(entry: os.DirEntry[str]) -> Iterator[str]:
    """The entry and everything in it, as far as it is ours."""
    if entry.is_dir(follow_symlinks=False):
        with os.scandir(entry.path) as inner:
            for each in inner:
                yield from _below(each)
    if _is_ours(entry):
        yield entry.path


def _is_ours(entry: os.DirEntry[str]) -> bool:
    state = entry.stat(follow_symlinks=False)
    return state.st_uid == 0 and (stat.S_ISDIR(state.st_mode) or state.st_nlink == 1)
