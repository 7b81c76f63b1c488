"""The directory of one run: its server's files, gone when the run ends, removed by the next run when it was killed.

All runs of a user stand in one directory. Each holds a lock on a file of its own; the lock of a killed process is
released by the kernel, so a run whose file can be locked is over.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_MEMORY = Path("/dev/shm")  # noqa: S108 - the directory below it is made with our own permissions and checked
_ROOMY = 1 << 30
_LONGEST = 60
"""Longest path of the parent of all runs: a socket in a run's directory must stay below the system's 107 bytes."""

Leftover = Callable[[Path], None]
"""Ends what a killed run left outside its directory, which is given."""


@contextmanager
def run_directory(leftover: Leftover | None = None) -> Iterator[Path]:
    """A new empty directory with a short path, for this run alone; removed at the end.

    In memory where that has room (starting a server there takes an eighth of the time on a busy disk), else in the
    directory for temporary files. First removes what killed runs left, each after a call of ``leftover``.
    """
    parent = _parent()
    with _locked(parent / "lock"):
        _remove_dead(parent, leftover)
        directory = Path(tempfile.mkdtemp(dir=parent, prefix="run-"))
        alive = (directory / "alive").open("w")
        fcntl.flock(alive, fcntl.LOCK_EX)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        alive.close()


def _parent() -> Path:
    """The directory of all runs of this user; a private one when the usual name is taken by somebody else."""
    base = _base()
    parent = base / f"schema-action-{os.geteuid()}"
    with contextlib.suppress(FileExistsError):
        parent.mkdir(mode=0o711)
    state = parent.lstat()
    # Not listable, but the server may run as another user and must reach its own directory in it.
    if stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid() and not state.st_mode & 0o022:
        return parent
    private = Path(tempfile.mkdtemp(dir=base, prefix="schema-action-"))
    private.chmod(0o711)
    return private


def _base() -> Path:
    with contextlib.suppress(OSError):
        state = os.statvfs(_MEMORY)
        roomy = state.f_bavail * state.f_frsize >= _ROOMY
        if roomy and not state.f_flag & os.ST_NOEXEC and os.access(_MEMORY, os.W_OK | os.X_OK):
            return _MEMORY
    usual = Path(tempfile.gettempdir())
    return usual if len(str(usual)) <= _LONGEST else Path("/tmp")  # noqa: S108 - see _MEMORY


def _remove_dead(parent: Path, leftover: Leftover | None) -> None:
    for directory in parent.glob("run-*"):
        try:
            alive = (directory / "alive").open("r+")
        except FileNotFoundError:  # killed before it locked its file: nothing else can be in there
            shutil.rmtree(directory, ignore_errors=True)
            continue
        with alive:
            try:
                fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if leftover is not None:
                leftover(directory)
            shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
