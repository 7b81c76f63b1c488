"""The data directory of a throwaway server: made once by initdb, then copied from a template in the cache.

A template is complete or not there at all: it is written beside its place and renamed. Its manifest says how much it
holds, so that one from which a cleaner removed files is noticed when it is copied.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from schema_core.dialects.postgres.binaries import Binaries
from schema_core.dialects.postgres.launch import Launch, run
from schema_core.schema.errors import UserError

SUPERUSER = "postgres"
"""The name that migrations written for the official images expect."""

_OPTIONS = (
    "--no-sync",
    "--no-instructions",
    "--auth=trust",
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--wal-segsize=1",  # a smaller directory to copy
)
_LOCALES = ("C.UTF-8", "C")
"""The first that the system has; both compare by code point on every machine alike."""

_CHUNK = 1 << 20


class DataDirectories:
    """Makes data directories for one installation, with a template in the cache if it can be written."""

    def __init__(self, binaries: Binaries, cache: Path) -> None:
        self._binaries = binaries
        self._template = cache / "postgres" / "templates" / _key(binaries)

    def copy(self, data: Path) -> bool:
        """Make ``data`` from the template; False (and nothing there) when there is no whole template."""
        try:
            expected = (self._template / "manifest").read_text()
            copied = _copy_tree(self._template / "data", data)
        except OSError:
            copied = expected = ""
        if copied and copied == expected:
            return True
        shutil.rmtree(data, ignore_errors=True)
        return False

    def initialise(self, data: Path, launch: Launch) -> None:
        """Make ``data`` by initdb and keep a copy as the template; raises UserError with initdb's words.

        Raises LaunchRefusedError and ProgramUnreadableError as ``launch.run`` does.
        """
        for locale in _LOCALES:
            data.mkdir(mode=0o700)
            launch.own(data)
            command = [self._binaries.program("initdb"), *self._options(), f"--locale={locale}", f"--pgdata={data}"]
            try:
                environment = self._binaries.environment() | launch.environment(data.parent)
                result = run(launch, command, environment)
            except BaseException:
                shutil.rmtree(data, ignore_errors=True)
                raise
            if result.returncode == 0:
                self._keep(data)
                return
            shutil.rmtree(data, ignore_errors=True)
        lines = [line for line in result.stdout.splitlines() if line.strip()]
        reason = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no message")
        raise UserError(f"PostgreSQL's initdb failed: {reason}")

    def discard_template(self) -> None:
        """Forget a template that made no working server; another run may be replacing it at the same time."""
        try:
            aside = tempfile.mkdtemp(dir=self._template.parent, prefix="old-")
            self._template.rename(Path(aside) / "template")
            shutil.rmtree(aside, ignore_errors=True)
        except OSError:
            return

    def _options(self) -> tuple[str, ...]:
        # Checksums became the default in 18; a throwaway server has nothing to protect.
        return (*_OPTIONS, "--no-data-checksums") if self._binaries.major >= 18 else _OPTIONS

    def _keep(self, data: Path) -> None:
        try:
            self._template.parent.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(dir=self._template.parent, prefix="new-"))
        except OSError:  # a cache that can't be written: the next run starts from initdb again
            return
        try:
            (work / "manifest").write_text(_copy_tree(data, work / "data"))
            work.rename(self._template)
        except OSError:  # no room, or another run was first
            shutil.rmtree(work, ignore_errors=True)


def _key(binaries: Binaries) -> str:
    """Names a template after everything that its content depends on."""
    program = Path(binaries.program("postgres")).resolve()
    state = program.stat()
    # Whole seconds: what an image's layer keeps of a time.
    text = f"{program} {state.st_size} {int(state.st_mtime)} {_OPTIONS} {_LOCALES}"
    return f"{binaries.major}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _copy_tree(source: Path, target: Path) -> str:
    """Copy a directory of plain files; returns its manifest.

    Owner-only permissions, no time stamps: a quarter of the time of ``shutil.copytree``.
    """
    files = size = 0
    stack = [(str(source), str(target))]
    while stack:
        origin, destination = stack.pop()
        os.mkdir(destination, 0o700)  # noqa: PTH102 - a path object for each of a thousand files is what takes the time
        with os.scandir(origin) as entries:
            for entry in entries:
                path = f"{destination}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    stack.append((entry.path, path))
                else:
                    size += _copy_file(entry.path, path)
                    files += 1
    return f"{files} files, {size} bytes\n"


def _copy_file(source: str, target: str) -> int:
    reader = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        writer = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            size = 0
            while chunk := os.read(reader, _CHUNK):
                size += os.write(writer, chunk)
            return size
        finally:
            os.close(writer)
    finally:
        os.close(reader)
