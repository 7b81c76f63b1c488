"""Whose comments are ours, and what a token may not do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from fake_github import FakeGitHub
from fake_github_state import Token
from github_shop import event

from schema_ci.platforms.github import GitHubPlatform
from schema_ci.platforms.protocol import PlatformError, Status
from schema_ci.publish.lint_publication import LintPublication

MakePublication = Callable[..., LintPublication]
STATUS = Status(state="success", name="lint", description="Fine.", url="https://example.org/run")


def test_without_a_token_nothing_is_posted(variables: dict[str, str], github: FakeGitHub) -> None:
    platform = GitHubPlatform({**variables, "INPUT_TOKEN": " "})
    with pytest.raises(PlatformError, match="no token"):
        platform.comments()
    assert platform.git_credentials() == {}
    assert github.requests == []


def test_the_variable_counts_where_the_input_is_empty(variables: dict[str, str]) -> None:
    platform = GitHubPlatform({**variables, "INPUT_TOKEN": "", "GITHUB_TOKEN": "secret"})
    comments = platform.comments()
    assert comments is not None
    assert list(comments.own()) == []


def test_a_run_for_a_push_has_no_comments(variables: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "event.json").write_bytes(msgspec.json.encode(event("push")))
    assert GitHubPlatform({**variables, "GITHUB_EVENT_NAME": "push"}).comments() is None


@pytest.mark.parametrize(
    ("token", "author"),
    [
        (Token(writes=frozenset({"pull-requests"})), "github-actions[bot]"),
        (Token("schema-bot[bot]", writes=frozenset({"pull-requests"})), "schema-bot[bot]"),
        (Token("ada", "user", frozenset({"pull-requests"})), "ada"),
    ],
)
def test_only_comments_of_the_tokens_own_user_are_ours(
    platform: GitHubPlatform, github: FakeGitHub, token: Token, author: str
) -> None:
    github.repository.tokens["secret"] = token
    for login in ("github-actions[bot]", "schema-bot[bot]", "ada", "github-actions", "schema-bot"):
        github.repository.say(7, login, f"by {login}")
    comments = platform.comments()
    assert comments is not None
    posted = comments.create("by us")
    assert [comment.body for comment in comments.own()] == [f"by {author}", "by us"]
    assert comments.update(posted.id, "changed").body == "changed"
    comments.delete(posted.id)
    comments.delete(posted.id)
    assert [comment.body for comment in comments.own()] == [f"by {author}"]
    assert len(github.seen("POST", "/graphql")) == 1


def test_a_token_whose_user_is_not_told_is_the_jobs_own(platform: GitHubPlatform, github: FakeGitHub) -> None:
    github.fail_next("POST", "/graphql", 403)
    github.repository.say(7, "ada", "by a person")
    github.repository.say(7, "github-actions[bot]", "by a job")
    comments = platform.comments()
    assert comments is not None
    assert [comment.body for comment in comments.own()] == ["by a job"]


def test_the_author_of_a_deleted_account_is_nobody(platform: GitHubPlatform, github: FakeGitHub) -> None:
    github.repository.comments[github.repository.say(7, "ghost", "x")]["user"] = None
    comments = platform.comments()
    assert comments is not None
    assert list(comments.own()) == []


@pytest.mark.parametrize(("status", "message"), [(403, "Resource not accessible by integration"), (404, "Not Found")])
def test_a_refusal_names_the_permission(
    platform: GitHubPlatform, github: FakeGitHub, status: int, message: str, make_publication: MakePublication
) -> None:
    github.fail_next("POST", "/issues/7/comments", status)
    github.fail_next("POST", "/statuses/", status)
    github.fail_next("POST", "/check-runs", status)
    asked_for = msgspec.structs.replace(make_publication("error"), check_run=True)
    with pytest.raises(PlatformError) as check:
        platform.publish_findings(asked_for)
    assert (check.value.problem, check.value.remedy) == (
        f"The check run was not made: {message}.",
        "Give the job the permission checks: write.",
    )
    platform = GitHubPlatform(platform._environment)
    with pytest.raises(PlatformError) as state:
        platform.set_status(STATUS)
    assert state.value.problem == f"The status of the commit was not set: {message}."
    assert "statuses: write" in state.value.remedy
    comments = GitHubPlatform(platform._environment).comments()
    assert comments is not None
    with pytest.raises(PlatformError) as comment:
        comments.create("x")
    assert "pull-requests: write" in comment.value.remedy


def test_what_a_refused_comment_has_told_is_not_told_again(
    platform: GitHubPlatform, github: FakeGitHub, make_publication: MakePublication
) -> None:
    github.repository.tokens["secret"] = Token()
    comments = platform.comments()
    assert comments is not None
    with pytest.raises(PlatformError):
        comments.create("x")
    platform.set_status(STATUS)
    platform.publish_notes(make_publication(), ())
    assert github.repository.statuses == []


def test_a_locked_conversation_is_no_matter_of_permissions(platform: GitHubPlatform, github: FakeGitHub) -> None:
    github.fail_next("POST", "/issues/7", 403, message="Unable to create comment because issue is locked.")
    comments = platform.comments()
    assert comments is not None
    with pytest.raises(PlatformError) as error:
        comments.create("x")
    assert error.value.problem == "The comment was not posted: Unable to create comment because issue is locked."
    assert error.value.remedy == ""


def test_a_token_that_is_not_valid_is_said_to_be(variables: dict[str, str]) -> None:
    platform = GitHubPlatform({**variables, "INPUT_TOKEN": "expired"})
    with pytest.raises(PlatformError, match="Bad credentials") as error:
        platform.set_status(STATUS)
    assert "token" in error.value.remedy
