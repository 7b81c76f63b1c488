"""The status of the commit and the check run."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from fake_github import FakeGitHub

from schema_ci.platforms.github import GitHubPlatform
from schema_ci.platforms.protocol import Status
from schema_ci.publish.lint_publication import LintPublication

MakePublication = Callable[..., LintPublication]
HEAD = "a" * 40


def test_a_status_fits(platform: GitHubPlatform, github: FakeGitHub) -> None:
    platform.set_status(Status(state="failure", name="lint\n(m)", description="x" * 500, url=""))
    (status,) = github.repository.statuses
    assert (status["state"], status["context"], status["target_url"]) == ("failure", r"lint\n(m)", None)
    assert len(status["description"]) == 140


def test_no_check_run_is_made_unasked(
    platform: GitHubPlatform, github: FakeGitHub, make_publication: MakePublication
) -> None:
    platform.publish_findings(make_publication("error"))
    assert github.requests == []


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (50, 1), (51, 2), (140, 3)])
def test_a_check_run_takes_its_annotations_in_batches(
    platform: GitHubPlatform, github: FakeGitHub, count: int, requests: int, make_publication: MakePublication
) -> None:
    levels = ["warning"] * (count - 1) + ["error"] * min(count, 1)
    platform.publish_findings(msgspec.structs.replace(make_publication(*levels), check_run=True))
    ((identity, run),) = github.repository.check_runs.items()
    assert (run["head_sha"], run["status"]) == (HEAD, "completed")
    assert run["conclusion"] == ("failure" if count else "success")
    assert run["output"]["annotations_count"] == count
    assert len(github.requests) == requests
    if count:
        assert github.repository.annotations[identity][0]["annotation_level"] == "failure"
