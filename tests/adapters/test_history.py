"""Clones of every depth of a real repository, as the platforms make them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from schema_ci.context import Base
from schema_ci.history import known_base
from schema_core.directory.changeset import since_git
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.schema.errors import UserError

Git = Callable[..., str]


@pytest.fixture
def git(monkeypatch: pytest.MonkeyPatch) -> Git:
    for name, value in {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "n@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }.items():
        monkeypatch.setenv(name, value)

    def run(where: Path, *words: str) -> str:
        done = subprocess.run(["git", "-C", str(where), *words], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


@pytest.fixture
def remote(tmp_path: Path, git: Git) -> Path:
    """``main`` has moved on since ``feature`` left it; ``refs/pull/1/merge`` is what GitHub would make of both."""
    root = tmp_path / "remote"
    (root / "migrations").mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "config", "uploadpack.allowAnySHA1InWant", "true")
    _commit(git, root, "1_base.sql")
    _commit(git, root, "2_base.sql")
    git(root, "checkout", "--quiet", "-b", "feature")
    _commit(git, root, "9_new.sql")
    git(root, "checkout", "--quiet", "main")
    _commit(git, root, "3_of_another.sql")
    git(root, "checkout", "--quiet", "--detach", "main")
    git(root, "merge", "--quiet", "--no-ff", "-m", "merge", "feature")
    git(root, "update-ref", "refs/pull/1/merge", "HEAD")
    git(root, "checkout", "--quiet", "main")
    _commit(git, root, "4_merged_meanwhile.sql")
    return root


def _commit(git: Git, root: Path, name: str) -> None:
    (root / "migrations" / name).write_text("SELECT 1;\n")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", name)


def _clone(git: Git, remote: Path, tmp_path: Path, *options: str, ref: str) -> Path:
    """As checkouts do it: an empty repository that fetches one ref."""
    root = tmp_path / "clone"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "nothing")
    git(root, "remote", "add", "origin", remote.as_uri())
    git(root, "fetch", "--quiet", "--no-tags", *options, "origin", f"+{ref}:refs/remotes/checked/out")
    git(root, "checkout", "--quiet", "--detach", "refs/remotes/checked/out")
    return root


def _new_files(clone: Path, base: Base, **options: str) -> list[str]:
    reference = known_base(base, clone, credentials={}, **options)
    change_set = since_git(MigrationDirectory.open(str(clone / "migrations")), reference, str(clone))
    return [file.name for file in change_set.new]


@pytest.mark.parametrize("options", [("--depth=1",), ("--depth=2",), ()], ids=["depth 1", "depth 2", "whole"])
def test_a_pull_requests_merge_commit(remote: Path, git: Git, tmp_path: Path, options: tuple[str, ...]) -> None:
    clone = _clone(git, remote, tmp_path, *options, ref="refs/pull/1/merge")
    head = git(remote, "rev-parse", "feature")

    # The event's base commit is older than what was merged, so that it would blame this request for 3_of_another.sql.
    outdated = git(remote, "rev-parse", "main~2")
    assert _new_files(clone, Base(commit=outdated, branch="main"), head=head) == ["9_new.sql"]


@pytest.mark.parametrize("options", [("--depth=50",), ()], ids=["depth 50", "whole"])
def test_a_base_that_was_merged_into_the_branch_for_this_run(
    remote: Path, git: Git, tmp_path: Path, options: tuple[str, ...]
) -> None:
    clone = _clone(git, remote, tmp_path, *options, ref="refs/heads/feature")
    destination = git(remote, "rev-parse", "main~1")
    git(clone, "fetch", "--quiet", "origin", destination)
    git(clone, "merge", "--quiet", "--no-edit", destination)
    git(clone, "remote", "remove", "origin")

    head = git(remote, "rev-parse", "feature")
    assert _new_files(clone, Base(commit=destination[:12], branch="main"), head=head) == ["9_new.sql"]


@pytest.mark.parametrize("known", [True, False], ids=["in the clone", "asked for"])
def test_the_main_branch_when_nothing_is_named(remote: Path, git: Git, tmp_path: Path, known: bool) -> None:
    clone = _clone(git, remote, tmp_path, "--depth=1", ref="refs/heads/feature")
    if known:
        git(clone, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
        git(remote, "checkout", "--quiet", "feature")  # the remote would say another one

    assert _new_files(clone, Base()) == ["9_new.sql"]


def test_a_main_branch_that_nobody_knows(remote: Path, git: Git, tmp_path: Path) -> None:
    clone = _clone(git, remote, tmp_path, ref="refs/heads/feature")
    git(clone, "remote", "set-url", "origin", "https://u:hunter22@localhost:1/x.git")

    with pytest.raises(UserError, match=r"main branch is not known \(git says: .*set the input git-base") as error:
        known_base(Base(), clone, credentials={})
    assert "hunter22" not in str(error.value)


@pytest.mark.parametrize("options", [("--depth=1",), ()], ids=["depth 1", "whole"])
def test_the_head_of_a_branch(remote: Path, git: Git, tmp_path: Path, options: tuple[str, ...]) -> None:
    clone = _clone(git, remote, tmp_path, *options, ref="refs/heads/feature")

    assert _new_files(clone, Base(branch="main"), head=git(remote, "rev-parse", "feature")) == ["9_new.sql"]


def test_what_a_push_started_from(remote: Path, git: Git, tmp_path: Path) -> None:
    clone = _clone(git, remote, tmp_path, "--depth=1", ref="refs/heads/main")

    assert _new_files(clone, Base(commit=git(remote, "rev-parse", "main~1"))) == ["4_merged_meanwhile.sql"]


def test_history_that_is_deep(remote: Path, git: Git, tmp_path: Path) -> None:
    for _ in range(60):
        git(remote, "commit", "--quiet", "--allow-empty", "--message", "more")
    clone = _clone(git, remote, tmp_path, "--depth=1", ref="refs/heads/feature")

    assert _new_files(clone, Base(branch="main")) == ["9_new.sql"]


def test_a_server_that_gives_no_single_commits(remote: Path, git: Git, tmp_path: Path) -> None:
    git(remote, "config", "uploadpack.allowAnySHA1InWant", "false")
    clone = _clone(git, remote, tmp_path, ref="refs/heads/feature")

    assert _new_files(clone, Base(commit=git(remote, "rev-parse", "main"), branch="main")) == ["9_new.sql"]


def test_no_remote_but_the_branch_is_there(remote: Path, git: Git, tmp_path: Path) -> None:
    clone = _clone(git, remote, tmp_path, ref="refs/heads/feature")
    git(clone, "branch", "main", "HEAD~1")
    git(clone, "remote", "remove", "origin")

    assert _new_files(clone, Base(branch="main")) == ["9_new.sql"]


def test_history_that_cannot_be_had_is_explained(remote: Path, git: Git, tmp_path: Path) -> None:
    clone = _clone(git, remote, tmp_path, "--depth=1", ref="refs/heads/feature")
    git(clone, "remote", "set-url", "origin", "https://u:hunter22@localhost:1/x.git")

    with pytest.raises(UserError, match=r"shares with main cannot be had \(git says: .*fetch-depth: 0") as error:
        known_base(Base(branch="main"), clone, credentials={})
    assert "hunter22" not in str(error.value)


@pytest.mark.parametrize("branch", ["--upload-pack=touch x", "a b", "../x", "a..b", ""])
def test_an_odd_branch_is_never_an_option(remote: Path, git: Git, tmp_path: Path, branch: str) -> None:
    clone = _clone(git, remote, tmp_path, ref="refs/heads/feature")

    with pytest.raises(UserError, match="cannot be had"):
        known_base(Base(branch=branch), clone, credentials={})
    assert not (clone / "x").exists()
