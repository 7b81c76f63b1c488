"""Steps of Bitbucket Pipelines: the clone as Pipelines makes it, and the variables that every step has."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from schema_core.operations.migrate_hash import migrate_hash

GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "n@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}
TOKEN = "an-access-token-of-the-repository"
BASE = "CREATE TABLE users (id bigint PRIMARY KEY, name text, mail text);\n"


@dataclass
class Step:
    """One step: where its clone is, and its variables."""

    clone: Path
    variables: dict[str, str]

    @property
    def commit(self) -> str:
        return self.variables["BITBUCKET_COMMIT"]


@dataclass
class Done:
    """What came of a run: exit code, what it printed, and where its file of outputs would be."""

    code: int
    out: str
    err: str
    outputs: Path

    @property
    def warnings(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.startswith(("Warning:", "Error:"))]


Run = Callable[..., Done]
"""Runs an action in a step: ``run(step, *arguments, **variables)``."""


@dataclass
class Repository:
    """``acme/shop`` with ``main`` and the branch ``feature`` of pull request 7; ``directory`` holds its migrations."""

    root: Path
    directory: str = "migrations"
    _builds: itertools.count[int] = field(default_factory=lambda: itertools.count(41))

    def __post_init__(self) -> None:
        (self.root / "remote").mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("1_users.sql", BASE)
        self.git("checkout", "--quiet", "-b", "feature")

    def git(self, *words: str, where: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=where or self.root / "remote",
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **GIT},
        )
        return done.stdout.strip()

    def commit(self, name: str, text: str, *, directory: str | None = None, hashed: bool = True) -> str:
        """Commit a migration file; ``hashed=False`` leaves the sum file behind."""
        files = self.root / "remote" / (directory or self.directory)
        files.mkdir(parents=True, exist_ok=True)
        (files / name).write_text(text, encoding="utf-8")
        if hashed:
            migrate_hash(f"file://{files}", "atlas")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", name)
        return self.git("rev-parse", "HEAD")

    def pull_request_step(self, **variables: str) -> Step:
        """A step of the pull request's pipeline: the destination is merged into the source first."""
        destination = self.git("rev-parse", "main")
        step = self._step("feature")
        self.git("fetch", "--quiet", "origin", destination, where=step.clone)
        self.git("merge", "--quiet", "--no-edit", destination, where=step.clone)
        step.variables |= {
            "BITBUCKET_PR_ID": "7",
            "BITBUCKET_PR_DESTINATION_BRANCH": "main",
            "BITBUCKET_PR_DESTINATION_COMMIT": destination[:12],
            **variables,
        }
        return step

    def fetches_through_pipelines(self, step: Step) -> Step:
        """The step, its clone as Pipelines leaves it: it fetches from bitbucket.org through the proxy on localhost."""
        origin = step.variables["BITBUCKET_GIT_HTTP_ORIGIN"]
        self.git("remote", "set-url", "origin", origin, where=step.clone)
        self.git("config", f"http.{origin}.proxy", "http://localhost:29418/", where=step.clone)
        return step

    def branch_step(self, branch: str = "feature", **variables: str) -> Step:
        """A step of a branch's pipeline."""
        step = self._step(branch)
        step.variables |= variables
        return step

    def _step(self, branch: str) -> Step:
        number = next(self._builds)
        clone = self.root / f"build-{number}"
        shutil.rmtree(clone, ignore_errors=True)
        source = (self.root / "remote").as_uri()
        self.git("clone", "--quiet", "--branch", branch, "--depth", "50", source, str(clone))
        commit = self.git("rev-parse", "HEAD", where=clone)
        variables = {
            "CI": "true",
            "BITBUCKET_BUILD_NUMBER": str(number),
            "BITBUCKET_STEP_RUN_NUMBER": "1",
            "BITBUCKET_PIPELINE_UUID": "{00000000-0000-4000-8000-000000000001}",
            "BITBUCKET_STEP_UUID": "{00000000-0000-4000-8000-000000000002}",
            "BITBUCKET_WORKSPACE": "acme",
            "BITBUCKET_REPO_SLUG": "shop",
            "BITBUCKET_REPO_FULL_NAME": "acme/shop",
            "BITBUCKET_GIT_HTTP_ORIGIN": "http://bitbucket.org/acme/shop",
            "BITBUCKET_BRANCH": branch,
            "BITBUCKET_COMMIT": commit,
            "BITBUCKET_CLONE_DIR": str(clone),
        }
        return Step(clone, variables)
