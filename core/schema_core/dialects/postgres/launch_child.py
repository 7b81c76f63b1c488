"""A script that gives up root, asks to die with its parent, and becomes the given program.

Run as ``python -I -S launch_child.py MODE PARENT_PID UID GID PROGRAM ARGUMENT...``. It is a process of its own because
code between fork and exec is unsafe in a program with threads. It imports nothing of this project.

The parent-death signal comes last: a change of credentials clears it (prctl(2)). The signal is SIGQUIT, PostgreSQL's
immediate shutdown, so that the server ends its own children too.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

REFUSED = 71
"""Exit code: the system does not let us change the user in this way."""
UNREADABLE = 72
"""Exit code: the program can't be executed as that user."""
ORPHANED = 73
"""Exit code: the parent was gone before we could ask to die with it."""

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


def enter_namespace(user: int, group: int) -> None:
    """Move into a user namespace that shows our own user as another one; raises OSError when it is not allowed.

    Files stay accessible as before, because outside the namespace the process is still the same user.
    """
    own_user, own_group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    process = Path("/proc/self")
    (process / "setgroups").write_text("deny")
    (process / "uid_map").write_text(f"{user} {own_user} 1")
    (process / "gid_map").write_text(f"{group} {own_group} 1")


def become(user: int, group: int) -> None:
    """Become another user for good; raises OSError when it is not allowed."""
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def die_with_parent(parent: int) -> bool:
    """Ask for SIGQUIT when the parent dies; False when it is dead already. Does nothing where there is no prctl."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGQUIT), 0, 0, 0)
    return os.getppid() == parent


def main(arguments: list[str]) -> int:
    """Become the program; returns an exit code only when that failed."""
    mode, parent, user, group, *command = arguments
    try:
        if mode == "namespace":
            enter_namespace(int(user), int(group))
        elif mode == "setuid":
            become(int(user), int(group))
    except (OSError, AttributeError):
        return REFUSED
    if not die_with_parent(int(parent)):
        return ORPHANED
    try:
        os.execv(command[0], command)  # noqa: S606 - becoming a program is what this script is for
    except PermissionError:
        return UNREADABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
