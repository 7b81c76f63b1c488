"""A small real repository with a migration directory, as the job of a pull request checks it out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from schema_core.operations.migrate_hash import migrate_hash

MIGRATIONS = "migrations"
_SETTINGS = (
    *("-c", "user.name=Author", "-c", "user.email=author@example.com", "-c", "commit.gpgsign=false"),
    *("-c", "safe.directory=*", "-c", f"core.hooksPath={os.devnull}"),
)


class Checkout(NamedTuple):
    """The branch of a pull request, checked out; ``origin/main`` is where it goes."""

    path: Path

    @classmethod
    def make(cls, path: Path, *, base: str, new: str) -> Checkout:
        """Make a repository whose branch adds one migration; without SQL for it, the branch adds a text."""
        path.mkdir()
        made = cls(path)
        made.git("init", "--quiet", "--initial-branch", "main")
        made.commit("20260101000000_base.sql", base)
        made.git("update-ref", "refs/remotes/origin/main", "HEAD")
        made.git("checkout", "--quiet", "-b", "change")
        if new:
            made.commit("20260102000000_new.sql", new)
        else:
            made.git("commit", "--quiet", "--allow-empty", "--message", "Nothing for the database")
        return made

    def commit(self, name: str, sql: str) -> None:
        """Add or change one migration with its line in the sum file, as its author would."""
        directory = self.path / MIGRATIONS
        directory.mkdir(exist_ok=True)
        (directory / name).write_text(sql, encoding="utf-8")
        migrate_hash(directory.as_uri(), "atlas")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", f"Add {name}")

    def git(self, *arguments: str) -> str:
        """Run git and return what it printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *_SETTINGS, *arguments], cwd=self.path, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def give_to(self, user: int, group: int) -> None:
        """Let everything belong to another user; takes root."""
        for path in (self.path, *self.path.rglob("*")):
            os.chown(path, user, group, follow_symlinks=False)

    def owners(self) -> set[tuple[int, int]]:
        """Whose everything in it is."""
        states = (path.lstat() for path in (self.path, *self.path.rglob("*")))
        return {(state.st_uid, state.st_gid) for state in states}
