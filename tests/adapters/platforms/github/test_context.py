"""What a run is about, for each event that a workflow can have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from github_shop import event

from schema_ci.context import Base, RunContext
from schema_ci.platforms.github_context import read_context
from schema_core.schema.errors import UserError

HEAD, BASE, MERGE = "a" * 40, "b" * 40, "d" * 40


def context(tmp_path: Path, name: str, payload: Any = None, **variables: str) -> RunContext:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event(name) if payload is None else payload))
    return read_context(
        {
            "GITHUB_EVENT_NAME": name.partition(".")[0],
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_REPOSITORY": "octo/shop",
            "GITHUB_SHA": MERGE,
            "GITHUB_REF_NAME": "main",
            "GITHUB_RUN_ID": "4242",
            "GITHUB_RUN_ATTEMPT": "2",
            "GITHUB_WORKSPACE": str(tmp_path),
            "GITHUB_JOB": "lint",
            **variables,
        }
    )


@pytest.mark.parametrize("name", ["pull_request.opened", "pull_request.synchronize"])
def test_a_pull_request_is_about_its_head_not_the_merge_commit(tmp_path: Path, name: str) -> None:
    found = context(tmp_path, name)
    request = found.pull_request
    assert request is not None
    assert (found.commit, request.head, request.number) == (HEAD, HEAD, 7)
    assert not request.from_fork
    assert found.base == Base(commit=BASE, branch="main")
    assert found.commit_url == f"https://github.com/octo/shop/commit/{HEAD}"
    assert found.run == (4242, 2)
    assert found.run_url == "https://github.com/octo/shop/actions/runs/4242"
    assert (found.job, found.root) == ("lint", str(tmp_path))


@pytest.mark.parametrize("name", ["pull_request.fork", "pull_request_target"])
def test_a_fork_is_known(tmp_path: Path, name: str) -> None:
    request = context(tmp_path, name).pull_request
    assert request is not None
    assert request.from_fork


def test_a_deleted_fork_is_one(tmp_path: Path) -> None:
    payload = event("pull_request.fork")
    payload["pull_request"]["head"]["repo"] = None
    request = context(tmp_path, "pull_request.fork", payload).pull_request
    assert request is not None
    assert request.from_fork


def test_the_repositorys_case_makes_no_fork(tmp_path: Path) -> None:
    request = context(tmp_path, "pull_request.opened", GITHUB_REPOSITORY="Octo/Shop").pull_request
    assert request is not None
    assert not request.from_fork


@pytest.mark.parametrize(
    ("name", "commit", "base"),
    [
        ("push", MERGE, Base(commit=BASE)),
        ("push.new_branch", MERGE, Base(branch="main")),
        ("merge_group", HEAD, Base(commit=BASE)),
        ("schedule", MERGE, Base(branch="main")),
        ("workflow_dispatch", MERGE, Base(branch="main")),
        ("workflow_run", HEAD, Base(branch="main")),
    ],
)
def test_what_is_no_pull_request_has_a_commit_and_a_base(tmp_path: Path, name: str, commit: str, base: Base) -> None:
    found = context(tmp_path, name)
    assert (found.commit, found.base, found.pull_request) == (commit, base, None)


def test_an_enterprise_server_has_its_own_addresses(tmp_path: Path) -> None:
    found = context(tmp_path, "push", GITHUB_SERVER_URL="https://git.example.org/")
    assert found.run_url == "https://git.example.org/octo/shop/actions/runs/4242"


def test_a_run_without_a_payload(tmp_path: Path) -> None:
    found = context(tmp_path, "schedule", {}, GITHUB_EVENT_PATH="", GITHUB_REF_NAME="trunk")
    assert found.base == Base(branch="trunk")


@pytest.mark.parametrize(
    ("name", "payload", "variables", "word"),
    [
        ("pull_request.opened", {}, {}, "no pull request"),
        ("push", None, {"GITHUB_REPOSITORY": "../../user"}, "GITHUB_REPOSITORY"),
        ("push", None, {"GITHUB_REPOSITORY": ""}, "GITHUB_REPOSITORY"),
        ("push", None, {"GITHUB_SHA": "main"}, "GITHUB_SHA"),
        ("push", {"before": "--upload-pack=x"}, {}, "before"),
        ("push", [], {}, "payload"),
        ("push", None, {"GITHUB_EVENT_PATH": "/nowhere/event.json"}, "payload"),
    ],
)
def test_what_makes_no_sense_is_an_error(
    tmp_path: Path, name: str, payload: Any, variables: dict[str, str], word: str
) -> None:
    with pytest.raises(UserError, match=word):
        context(tmp_path, name, payload, **variables)


def test_a_head_that_is_no_commit_is_an_error(tmp_path: Path) -> None:
    payload = event("pull_request.opened")
    payload["pull_request"]["head"]["sha"] = "x/../../../user"
    with pytest.raises(UserError, match=r"pull_request\.head\.sha"):
        context(tmp_path, "pull_request.opened", payload)
