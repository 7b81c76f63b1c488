"""A project on the fake GitLab: a real repository with an origin, and the variables of a job in it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fake_gitlab import PROJECT_ID, PROJECT_PATH, FakeGitLab
from gitlab_notes import IID, MAINTAINER, Access

from schema_core.operations.migrate_hash import migrate_hash

BOT = Access(50, "project_7_bot")
ANN = Access(11, "ann", role=MAINTAINER)
MIGRATIONS = "db/migrations"
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "n@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}
_CI = ("GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "SCHEMA_ACTION_", "ATLAS_", "INPUT_")


@dataclass
class Shop:
    """The clone of a job, and how to run an action in it."""

    root: Path
    fake: FakeGitLab
    dev_url: str
    job: int = 100

    def git(self, *words: str) -> str:
        """Run git in the clone."""
        return git(self.root, *words)

    def write(self, name: str, text: str) -> None:
        """Write a migration and the sum file."""
        (self.root / MIGRATIONS / name).write_text(text)
        migrate_hash(f"file://{self.root / MIGRATIONS}", "atlas")

    def commit(self, message: str = "change") -> str:
        """Commit and push everything, and tell GitLab about the branch's new commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        self.git("push", "--quiet", "origin", "HEAD")
        self.show_diff()
        return self.git("rev-parse", "HEAD")

    def show_diff(self) -> None:
        """Give the fake the merge request's commits and files, as git sees them."""
        self.fake.head_sha = self.git("rev-parse", "HEAD")
        self.fake.base_sha = self.git("merge-base", "origin/main", "HEAD")
        self.fake.diffs.clear()
        for line in self.git("diff", "--name-status", "--no-renames", f"{self.fake.base_sha}..HEAD").splitlines():
            status, _, path = line.partition("\t")
            self.fake.add_diff(path, added=0, old_path=None if status == "A" else path)
            text = self.git("diff", "--no-renames", f"{self.fake.base_sha}..HEAD", "--", path)
            self.fake.diffs[-1]["diff"] = text[text.find("@@") :] + "\n" if "@@" in text else ""
            self.fake.diffs[-1]["deleted_file"] = status == "D"

    def variables(self, **more: str) -> dict[str, str]:
        """The variables of a merge request job; every call is a later job. An empty value takes a variable away."""
        self.job += 1
        found = {
            **job_variables(self.fake, self.root, self.job, self.git("rev-parse", "HEAD")),
            "SCHEMA_ACTION_DIR": f"file://{MIGRATIONS}",
            "SCHEMA_ACTION_DEV_URL": self.dev_url,
            **more,
        }
        return {name: value for name, value in found.items() if value}

    def run(self, arguments: tuple[str, ...] = ("migrate/lint",), **more: str) -> subprocess.CompletedProcess[str]:
        """Run an action as a job does, in a process of its own."""
        return self._process(["-m", "schema_ci", *arguments], more)

    def python(self, script: str, **more: str) -> str:
        """What a Python script prints in the job."""
        return self._process(["-c", script], more).stdout

    def _process(self, arguments: list[str], more: dict[str, str]) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_CI)}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={**clean, **GIT, **self.variables(**more)},
            capture_output=True,
            text=True,
            check=False,
        )

    def outputs(self) -> dict[str, str]:
        """What the dotenv report hands to later jobs."""
        lines = (self.root / "schema-action-reports/outputs.env").read_text().splitlines()
        return {
            name.removeprefix("SCHEMA_ACTION_OUTPUT_"): value for name, _, value in (x.partition("=") for x in lines)
        }

    def notes(self) -> list[str]:
        """Our bot's notes."""
        return self.fake.bodies(BOT.username)


def job_variables(fake: FakeGitLab, root: Path, job: int, commit: str) -> dict[str, str]:
    """The variables of a job of a merge request pipeline."""
    project = f"{fake.address}/{PROJECT_PATH}"
    fake.pipelines[job] = commit
    return {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_API_V4_URL": fake.api,
        "CI_SERVER_URL": fake.address,
        "CI_PROJECT_DIR": str(root),
        "CI_PROJECT_ID": str(PROJECT_ID),
        "CI_PROJECT_PATH": PROJECT_PATH,
        "CI_PROJECT_URL": project,
        "CI_DEFAULT_BRANCH": "main",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_PIPELINE_ID": str(job),
        "CI_PIPELINE_URL": f"{project}/-/pipelines/{job}",
        "CI_JOB_ID": str(job * 10),
        "CI_JOB_NAME": "schema-lint",
        "CI_JOB_URL": f"{project}/-/jobs/{job * 10}",
        "CI_JOB_TOKEN": "glcbt-job",
        "CI_COMMIT_SHA": commit,
        "CI_COMMIT_BEFORE_SHA": "0" * 40,
        "CI_MERGE_REQUEST_IID": str(IID),
        "CI_MERGE_REQUEST_PROJECT_ID": str(PROJECT_ID),
        "CI_MERGE_REQUEST_PROJECT_PATH": PROJECT_PATH,
        "CI_MERGE_REQUEST_PROJECT_URL": project,
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": str(PROJECT_ID),
        "CI_MERGE_REQUEST_SOURCE_PROJECT_URL": project,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "orders",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": fake.base_sha,
        "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
        "GITLAB_TOKEN": "glpat-bot",
    }


def git(where: Path, *words: str) -> str:
    """Run git and return what it says."""
    done = subprocess.run(
        ["git", *words], cwd=where, check=True, env={**os.environ, **GIT}, capture_output=True, text=True
    )
    return done.stdout.strip()


def make_shop(folder: Path, fake: FakeGitLab, dev_url: str) -> Shop:
    """``main`` with a table of users, pushed, and the branch ``orders`` that has just left it."""
    origin = folder / "origin.git"
    origin.mkdir(parents=True)
    git(origin, "init", "--quiet", "--bare", "--initial-branch", "main")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    root = folder / "shop"
    (root / MIGRATIONS).mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "remote", "add", "origin", f"file://{origin}")
    shop = Shop(root, fake, dev_url)
    (root / MIGRATIONS / "1_users.sql").write_text(
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, mail text);\n"
    )
    migrate_hash(f"file://{root / MIGRATIONS}", "atlas")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "users")
    shop.git("push", "--quiet", "origin", "HEAD")
    shop.git("checkout", "--quiet", "-b", "orders")
    return shop
