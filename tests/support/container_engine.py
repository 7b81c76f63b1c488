"""A reachable container engine, by the ``docker`` program, and the product's image built from this checkout."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
BASE = "python:3.13-slim"
"""The image that the Dockerfile names by default."""
NAME = "schema-action-test"
_CONTEXT = ("Dockerfile", ".dockerignore", "pyproject.toml", "README.md", "LICENSE", "core", "adapters")
_REQUIREMENTS = ("requirements/build.txt", "requirements/image.txt")
_KEPT = 4
"""Images of other states of the checkout that are kept: another checkout's tests may be using theirs."""


class Finished(NamedTuple):
    """A program that ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """All that it printed."""
        return self.stdout + self.stderr


class EngineError(Exception):
    """The engine did not do what it was asked; its words."""


class Engine:
    """The engine that the ``docker`` program talks to."""

    def try_docker(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Finished:
        """Run docker to its end."""
        done = subprocess.run(
            ["docker", *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, **(environment or {})},
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def docker(self, *arguments: str) -> str:
        """Run docker to its end and return what it printed; raises EngineError when it fails."""
        done = self.try_docker(*arguments)
        if done.code != 0:
            raise EngineError(f"docker {' '.join(arguments)}: {done.output}")
        return done.stdout.strip()

    def has(self, image: str) -> bool:
        """Whether the engine holds an image, or can pull it."""
        return (
            self.try_docker("image", "inspect", image).code == 0 or self.try_docker("pull", "--quiet", image).code == 0
        )

    @contextmanager
    def network(self) -> Iterator[str]:
        """A network of its own, as a job with services has one; gone at the end."""
        name = f"{NAME}-{os.urandom(4).hex()}"
        self.docker("network", "create", name)
        try:
            yield name
        finally:
            self.docker("network", "rm", name)

    @contextmanager
    def service(self, image: str, *options: str, wait: Sequence[str]) -> Iterator[str]:
        """A running container, given by its id; ``wait`` is run in it until it succeeds."""
        container = self.docker("run", "--detach", "--rm", *options, image)
        try:
            while (done := self.try_docker("exec", container, *wait)).code != 0:
                if not self.docker("ps", "--quiet", "--no-trunc", "--filter", f"id={container}"):
                    raise EngineError(f"the container of {image} ended: {done.output}")
            yield container
        finally:
            self.try_docker("rm", "--force", "--volumes", container)


def reachable_engine() -> Engine | None:
    """The engine, when one answers."""
    engine = Engine()
    try:
        answers = engine.try_docker("version").code == 0
    except OSError:
        return None
    return engine if answers else None


def built_image(engine: Engine) -> str:
    """The image of this checkout as it is now, built unless the engine has it; raises EngineError."""
    digest = hashlib.sha256(engine.docker("image", "inspect", "--format", "{{.Id}}", BASE).encode())
    for path in _context_files():
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_mode & 0o111}\0".encode() + path.read_bytes())
    tag = f"{NAME}:{digest.hexdigest()[:16]}"
    # Test processes run side by side; one builds.
    with Path(tempfile.gettempdir(), f"{NAME}-{os.getuid()}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if engine.try_docker("image", "inspect", tag).code != 0:
            engine.docker("build", "--quiet", "--label", NAME, "--tag", tag, str(ROOT))
            _remove_old(engine)
    return tag


def _context_files() -> list[Path]:
    named = [ROOT / name for name in (*_CONTEXT, *_REQUIREMENTS)]
    within = [path for name in named if name.is_dir() for path in name.rglob("*") if "__pycache__" not in path.parts]
    return sorted(path for path in (*named, *within) if path.is_file())


def _remove_old(engine: Engine) -> None:
    tags = engine.docker("image", "ls", "--filter", f"label={NAME}", "--format", "{{.Repository}}:{{.Tag}}", NAME)
    for tag in tags.splitlines()[_KEPT:]:  # newest first
        engine.try_docker("image", "rm", tag)
