"""A run that another one's end started finds the pull requests of that one, of forks too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fake_github import FakeGitHub
from fake_github_state import PullRequest, Token
from github_shop import event

from schema_ci.platforms.github import GitHubPlatform
from schema_ci.platforms.protocol import PlatformError

HEAD = "a" * 40
Open = Callable[..., GitHubPlatform]


@pytest.fixture
def started(variables: dict[str, str], tmp_path: Path, github: FakeGitHub) -> Open:
    github.repository.pulls.clear()

    def start(**changes: Any) -> GitHubPlatform:
        payload = event("workflow_run")
        payload["workflow_run"].update(changes)
        (tmp_path / "event.json").write_bytes(msgspec.json.encode(payload))
        return GitHubPlatform({**variables, "GITHUB_EVENT_NAME": "workflow_run", "GITHUB_RUN_ID": "5000"})

    return start


def test_what_the_ended_run_was_about(started: Open) -> None:
    ended = started().ended_run()
    assert ended is not None
    assert (ended.context.commit, ended.context.run, ended.workflow) == (HEAD, (4242, 1), "31")
    assert ended.context.run_url == "https://github.com/octo/shop/actions/runs/4242"
    assert ended.context.pull_request is None


def test_the_pull_request_of_a_fork_is_found_by_its_branch_and_commit(started: Open, github: FakeGitHub) -> None:
    pulls = github.repository.pulls
    pulls[7] = PullRequest(7, HEAD, head_repository="eve/shop", head_ref="add-orders")
    pulls[8] = PullRequest(8, "c" * 40, head_repository="eve/shop", head_ref="add-orders")
    pulls[9] = PullRequest(9, HEAD, head_repository="mallory/shop", head_ref="add-orders")
    pulls[10] = PullRequest(10, HEAD, head_repository="eve/shop", head_ref="add-orders", state="closed")
    ended = started().ended_run()
    assert ended is not None
    (request,) = ended.pull_requests()
    assert (request.number, request.head, request.from_fork) == (7, HEAD, True)
    ended.comments(request).create("Hello.")
    assert github.repository.bodies(7) == ["Hello."]


def test_a_branch_may_be_called_anything(started: Open, github: FakeGitHub) -> None:
    name = "a&state=all&head=x:y#?%2f"
    github.repository.pulls[7] = PullRequest(7, HEAD, head_repository="eve/shop", head_ref=name)
    ended = started(head_branch=name).ended_run()
    assert ended is not None
    assert [request.number for request in ended.pull_requests()] == [7]


@pytest.mark.parametrize("changes", [{"head_repository": None}, {"head_branch": None}, {"head_branch": "gone"}])
def test_there_may_be_none(started: Open, changes: dict[str, Any]) -> None:
    ended = started(**changes).ended_run()
    assert ended is not None
    assert list(ended.pull_requests()) == []


def test_missing_rights_are_told(started: Open, github: FakeGitHub) -> None:
    github.repository.tokens["secret"] = Token()
    github.fail_next("GET", "/pulls", 403)
    ended = started().ended_run()
    assert ended is not None
    with pytest.raises(PlatformError) as error:
        ended.pull_requests()
    assert "pull-requests: write" in error.value.remedy


def test_other_runs_were_started_by_no_end(platform: GitHubPlatform) -> None:
    assert platform.ended_run() is None
