"""Runs PostgreSQL's programs as a user that PostgreSQL accepts, and so that they die with us.

The server and initdb refuse root and refuse a user id without an entry in the user database. In both cases a user
namespace shows our own user as another one: nothing is created, owned or opened to others. Where namespaces are not
allowed (most containers), root becomes ``nobody`` instead, and a user without an entry is given a name by the library
nss_wrapper, where that is installed.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Literal, NamedTuple

from schema_core.dialects.postgres import launch_child
from schema_core.schema.errors import UserError

_NAME = "postgres"
"""The name of a user that the system has none for."""


class Launch(NamedTuple):
    """As whom a program runs; ``user`` and ``group`` count only for the modes that change them."""

    mode: Literal["direct", "namespace", "setuid", "named"]
    user: int = 0
    group: int = 0

    def environment(self, directory: Path) -> dict[str, str]:
        """What the program's environment must hold for this launch; files for it are written into the directory."""
        library = _nss_wrapper()
        if self.mode != "named" or library is None:
            return {}
        users, groups = directory / "passwd", directory / "group"
        users.write_text(f"{_NAME}:x:{os.geteuid()}:{os.getegid()}::/:/bin/false\n")
        groups.write_text(f"{_NAME}:x:{os.getegid()}:\n")
        return {"LD_PRELOAD": str(library), "NSS_WRAPPER_PASSWD": str(users), "NSS_WRAPPER_GROUP": str(groups)}

    def own(self, directory: Path) -> None:
        """Hand a directory that we created, with all in it, to the user that the program runs as."""
        if self.mode != "setuid":
            return
        os.chown(directory, self.user, self.group)
        for root, directories, files in os.walk(directory):
            for name in (*directories, *files):
                os.chown(Path(root, name), self.user, self.group, follow_symlinks=False)


class LaunchRefusedError(Exception):
    """The system does not allow this launch; another one may work."""


class ProgramUnreadableError(Exception):
    """The program's files are closed to the user of this launch; a copy of them may work."""


def launches() -> tuple[Launch, ...]:
    """The ways to run a server here, best first; raises UserError when there is none."""
    user = os.geteuid()
    if user != 0 and _has_entry(user):
        return (Launch("direct"),)
    found = []
    if (stand_in := _stand_in()) is not None:
        found.append(Launch("namespace", *stand_in))
        if user == 0:
            found.append(Launch("setuid", *stand_in))
    if user != 0 and _nss_wrapper() is not None:
        found.append(Launch("named"))
    if not found:
        raise UserError(
            "PostgreSQL refuses to run as this user, and the system's user database names no other; "
            "add a user such as nobody to /etc/passwd, or give a development database by --dev-url."
        )
    return tuple(found)


def run(launch: Launch, command: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end with its output caught; raises LaunchRefusedError or ProgramUnreadableError."""
    process = start(launch, command, environment, subprocess.PIPE)
    try:
        output, _ = process.communicate()
    except BaseException:
        process.kill()
        raise
    raise_for(process.returncode)
    return subprocess.CompletedProcess(list(command), process.returncode, output)


def start(
    launch: Launch, command: Sequence[str], environment: dict[str, str], output: IO[bytes] | int
) -> subprocess.Popen[str]:
    """Start a program in a session of its own, so that Ctrl-C reaches only us.

    The kernel ties "the parent died" to the *thread* that started the child. A thread is therefore kept for as long as
    the child lives, whichever thread calls this.
    """
    script = [sys.executable, "-I", "-S", launch_child.__file__]
    identity = [launch.mode, str(os.getpid()), str(launch.user), str(launch.group)]
    started: SimpleQueue[subprocess.Popen[str] | OSError] = SimpleQueue()

    def keep() -> None:
        try:
            process = subprocess.Popen(
                [*script, *identity, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd="/",
                start_new_session=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            started.put(error)
            return
        started.put(process)
        process.wait()

    threading.Thread(target=keep, name="postgres-keeper", daemon=True).start()
    result = started.get()
    if isinstance(result, OSError):
        raise UserError(f"A PostgreSQL program could not be started: {result}.") from result
    return result


def raise_for(exit_code: int | None) -> None:
    """Turn the exit codes of the launch itself into exceptions."""
    if exit_code == launch_child.REFUSED:
        raise LaunchRefusedError
    if exit_code == launch_child.UNREADABLE:
        raise ProgramUnreadableError


def _has_entry(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _nss_wrapper() -> Path | None:
    """The library that answers questions about users from files; installed on Debian as libnss-wrapper."""
    name = "libnss_wrapper.so"
    return next((path for place in ("lib64", "lib", "lib/*") for path in Path("/usr").glob(f"{place}/{name}")), None)


def _stand_in() -> tuple[int, int] | None:
    """User and group id of ``nobody``, else of any user that is not root."""
    entries = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    entries.sort(key=lambda entry: (entry.pw_name != "nobody", entry.pw_uid))
    return (entries[0].pw_uid, entries[0].pw_gid) if entries else None
