"""The API when it refuses, breaks or is slow."""

from __future__ import annotations

import time

import fake_github
import pytest
from fake_github import FakeGitHub
from fake_github_state import PullRequest, Token

from schema_ci.platforms.github import GitHubPlatform
from schema_ci.platforms.protocol import PlatformError, Status

HEAD = "a" * 40
STATUS = Status(state="success", name="lint", description="Fine.", url="https://example.org/run")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was slept, without sleeping."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


def test_a_comment_that_was_deleted_meanwhile_is_posted_anew(platform: GitHubPlatform, github: FakeGitHub) -> None:
    comments = platform.comments()
    assert comments is not None
    first = comments.create("one")
    del github.repository.comments[int(first.id)]
    assert comments.update(first.id, "two").id != first.id
    assert github.repository.bodies(7) == ["two"]


@pytest.mark.parametrize("status", [409, 422])
def test_other_refusals_are_told_in_githubs_words(platform: GitHubPlatform, github: FakeGitHub, status: int) -> None:
    github.fail_next("POST", "/statuses/", status, message="It is odd.")
    with pytest.raises(PlatformError) as error:
        platform.set_status(STATUS)
    assert error.value.problem == "The status of the commit was not set: It is odd."
    assert len(github.requests) == 1


def test_the_details_of_a_refusal_are_told(platform: GitHubPlatform) -> None:
    comments = platform.comments()
    assert comments is not None
    with pytest.raises(PlatformError, match=r"Validation Failed; body is too long \(maximum is 65536 characters\)\."):
        comments.create("x" * 65_537)


@pytest.mark.parametrize(
    ("trouble", "waited"),
    [
        ((429, "", {"Retry-After": "7"}), 7),
        ((403, "You have exceeded a secondary rate limit.", {"Retry-After": "9"}), 9),
        ((403, "You have exceeded a secondary rate limit.", {}), 60),
        ((503, "", {"Retry-After": "5"}), 5),
        ((502, "", {}), None),
        ((500, "", {}), None),
    ],
)
def test_what_passes_is_tried_again_after_the_servers_delay(
    platform: GitHubPlatform,
    github: FakeGitHub,
    pauses: list[float],
    trouble: tuple[int, str, dict[str, str]],
    waited: float | None,
) -> None:
    status, message, headers = trouble
    for method in ("GET", "POST", "PATCH"):
        github.fail_next(method, "comments", status, message=message, headers=headers)
    comments = platform.comments()
    assert comments is not None
    assert list(comments.own()) == []
    comments.update(comments.create("one").id, "two")
    assert github.repository.bodies(7) == ["two"]
    assert pauses == ([waited] * 3 if waited else [])


def test_a_cut_connection_is_tried_again_without_a_word(
    platform: GitHubPlatform, github: FakeGitHub, pauses: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    github.fail_next("POST", "/statuses/", 0)
    github.fail_next("POST", "/statuses/", 403, headers={"Retry-After": "1"})
    platform.set_status(STATUS)
    assert len(github.repository.statuses) == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("status", [0, 429, 502])
def test_what_does_not_pass_is_told(
    platform: GitHubPlatform, github: FakeGitHub, pauses: list[float], status: int
) -> None:
    github.fail_next("POST", "/statuses/", status, times=99)
    with pytest.raises(PlatformError, match="The status of the commit was not set: GitHub did not answer"):
        platform.set_status(STATUS)
    assert len(github.requests) == 4
    assert sum(pauses) < 60


def test_a_pause_that_is_too_long_is_not_made(
    platform: GitHubPlatform, github: FakeGitHub, pauses: list[float]
) -> None:
    github.fail_next("POST", "/statuses/", 429, headers={"Retry-After": "3600"})
    with pytest.raises(PlatformError, match="asks for a pause of 3600 seconds"):
        platform.set_status(STATUS)
    assert pauses == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_token_follows_no_redirect_to_another_host(platform: GitHubPlatform, github: FakeGitHub, status: int) -> None:
    with fake_github.running() as other:
        other.server_url = other.server_url.replace("127.0.0.1", "localhost")
        github.fail_next("POST", "/statuses/", status, headers={"Location": f"{other.server_url}/repos/octo/shop"})
        with pytest.raises(PlatformError, match="The status of the commit was not set"):
            platform.set_status(STATUS)
        assert other.requests == []


def test_pages_are_counted_and_links_to_other_hosts_not_followed(platform: GitHubPlatform, github: FakeGitHub) -> None:
    with fake_github.running() as other:
        for number in range(150):
            github.repository.say(7, "github-actions[bot]", str(number))
        github.server_url = other.server_url
        comments = platform.comments()
        assert comments is not None
        assert len(list(comments.own())) == 150
        assert other.requests == []


def test_an_answer_that_is_no_answer_is_told(platform: GitHubPlatform, github: FakeGitHub) -> None:
    github.fail_next("GET", "/issues/7/comments", 200)
    comments = platform.comments()
    assert comments is not None
    with pytest.raises(PlatformError, match="not what its description says"):
        list(comments.own())
    github.violations.clear()


def test_a_token_goes_to_no_address_without_encryption(variables: dict[str, str]) -> None:
    platform = GitHubPlatform({**variables, "GITHUB_API_URL": "http://git.example.org/api/v3"})
    with pytest.raises(PlatformError, match="no https address"):
        platform.set_status(STATUS)


def test_an_enterprise_server(variables: dict[str, str]) -> None:
    with fake_github.running("/api/v3") as enterprise:
        enterprise.repository.tokens["secret"] = Token(writes=frozenset({"pull-requests", "statuses"}))
        enterprise.repository.pulls[7] = PullRequest(7, HEAD)
        addresses = {"GITHUB_API_URL": enterprise.api_url, "GITHUB_SERVER_URL": enterprise.server_url}
        platform = GitHubPlatform({**variables, **addresses})
        platform.set_status(STATUS)
        comments = platform.comments()
        assert comments is not None
        comments.create("one")
        assert [comment.body for comment in comments.own()] == ["one"]
        assert {seen.path.partition("/repos/")[0] for seen in enterprise.requests} == {"/api/v3", "/api/graphql"}
