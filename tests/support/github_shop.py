"""A repository on (fake) GitHub with a migration directory, and pull requests that change it."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fake_github import FakeGitHub
from fake_github_state import PullRequest
from github_runner import Finished, Runner

from schema_core.operations.migrate_hash import migrate_hash

_EVENTS = Path(__file__).parents[1] / "data" / "events" / "github"
_WHO = {f"GIT_{who}_{what}": "n@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **_WHO}
DIRECTORY = "db/migrations"


def event(name: str) -> dict[str, Any]:
    """The payload of an event."""
    found: dict[str, Any] = json.loads((_EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


@dataclass
class Shop:
    """The author's clone, the repository on GitHub, and runs of its workflow."""

    github: FakeGitHub
    home: Path
    runs: int = 0
    machine: Callable[..., Runner] = Runner

    def __post_init__(self) -> None:
        self.clone = self.home / "clone"
        self.remote = self.home / "remote.git"
        (self.clone / DIRECTORY).mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")
        subprocess.run(["git", "init", "--quiet", "--bare", str(self.remote)], check=True, env={**os.environ, **_GIT})
        self.git("remote", "add", "origin", str(self.remote))
        # GitHub gives out any commit that it has.
        subprocess.run(["git", "-C", str(self.remote), "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)

    def git(self, *words: str) -> str:
        """Run git in the author's clone."""
        finished = subprocess.run(
            ["git", *words], cwd=self.clone, check=True, capture_output=True, env={**os.environ, **_GIT}, text=True
        )
        return finished.stdout.strip()

    def commit(self, files: Mapping[str, str], *, hashed: bool = True) -> str:
        """Write files of the directory, bring its sums up to date, commit and push; returns the commit."""
        for name, text in files.items():
            (self.clone / DIRECTORY / name).write_text(text, encoding="utf-8")
        if hashed:
            migrate_hash(f"file://{self.clone / DIRECTORY}", "atlas")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        self.git("push", "--quiet", "--force", "origin", "HEAD")
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "main") -> None:
        """Start a branch."""
        self.git("checkout", "--quiet", "-B", name, start)

    def open(self, number: int = 7, *, fork: bool = False) -> str:
        """Open or renew the pull request of the branch that is checked out; returns its merge commit."""
        head, branch = self.git("rev-parse", "HEAD"), self.git("branch", "--show-current")
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "merge", head)
        merge = self.git("rev-parse", "HEAD")
        self.git("push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{number}/merge")
        self.git("checkout", "--quiet", branch)
        patches = {path: self._patch(path) for path in self.git("diff", "--name-only", "main...HEAD").splitlines()}
        self.github.repository.pulls[number] = PullRequest(
            number,
            head,
            files=patches,
            head_ref=branch,
            base_sha=self.git("rev-parse", "main"),
            head_repository="eve/shop" if fork else "octo/shop",
        )
        return merge

    def merge_with_sums(self, branch: str, number: int = 7) -> str:
        """Merge a branch into what is checked out, sums and all, as the pull request's merge commit."""
        self.git("checkout", "--quiet", "--detach")
        self.git("merge", "--quiet", "--no-ff", "--no-commit", "-X", "ours", branch)
        migrate_hash(f"file://{self.clone / DIRECTORY}", "atlas")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "merge")
        self.git("push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{number}/merge")
        return self.git("rev-parse", "HEAD")

    def pull_request(self, kind: str = "pull_request.opened", number: int = 7) -> dict[str, Any]:
        """The payload for the pull request as it is now."""
        pull = self.github.repository.pulls[number]
        payload = copy.deepcopy(event(kind))
        request = payload["pull_request"]
        request["number"] = payload["number"] = number
        request["head"].update(sha=pull.head_sha, ref=pull.head_ref)
        request["base"].update(sha=pull.base_sha)
        return payload

    def lint(
        self,
        given: Mapping[str, str] | None = None,
        *,
        kind: str = "pull_request.opened",
        fork: bool = False,
        uses: str = "migrate/lint",
        number: int = 7,
        run: int | None = None,
    ) -> Finished:
        """The workflow's run for the branch that is checked out: renew the pull request, check out, lint."""
        merge = self.open(number, fork=fork)
        payload = self.pull_request(kind, number)
        event_name = kind.partition(".")[0]
        return self.run(event_name, payload, f"refs/pull/{number}/merge", merge, given or {}, uses=uses, run=run)

    def run(
        self,
        event_name: str,
        payload: Mapping[str, Any],
        ref: str,
        sha: str,
        given: Mapping[str, str],
        *,
        uses: str = "migrate/lint",
        run: int | None = None,
        artifact: Path | None = None,
    ) -> Finished:
        """One run on a fresh machine with the shallow checkout that actions/checkout makes of a commit.

        An ``artifact`` is a directory of another run that was downloaded.
        """
        self.runs += 1
        runner = self.runner(ref, sha)
        if artifact is not None:
            shutil.copytree(artifact, runner.workspace / artifact.name)
        runner.run_id = 100 + self.runs if run is None else run
        directory = {} if uses == "comment" else {"dir": f"file://{DIRECTORY}"}
        return runner.run(uses, {**directory, **given}, event=event_name, payload=payload, ref=ref, sha=sha)

    def runner(self, ref: str, sha: str) -> Runner:
        """A machine with a checkout of one commit, without history."""
        work = self.home / f"machine-{self.runs}"
        shutil.rmtree(work, ignore_errors=True)
        workspace = work / "shop"
        workspace.mkdir(parents=True)
        steps = (
            ("init", "--quiet"),
            ("remote", "add", "origin", self.remote.as_uri()),
            (
                "fetch",
                "--quiet",
                "--no-tags",
                "--depth=1",
                "origin",
                f"+{sha}:refs/remotes/{ref.removeprefix('refs/')}",
            ),
            ("checkout", "--quiet", "--force", sha),
        )
        for words in steps:
            subprocess.run(["git", *words], cwd=workspace, check=True, env={**os.environ, **_GIT})
        return self.machine(work, workspace, self.github.api_url, self.github.server_url)

    def _patch(self, path: str) -> str:
        """The file's diff as GitHub lists it: from the first hunk on."""
        text = self.git("diff", "--unified=3", "main...HEAD", "--", path)
        return text[text.index("@@") :] if "@@" in text else ""
