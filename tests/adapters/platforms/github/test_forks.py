"""A fork's pull request from its run without rights to the comment that another workflow posts."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_github import FakeGitHub
from fake_github_state import Token
from github_runner import Finished
from github_shop import Shop, event

DROP = {"20260201000000_drop.sql": "ALTER TABLE users DROP COLUMN mail;\n"}
US = "github-actions[bot]"
RIGHTS = Token(writes=frozenset({"pull-requests"}))


@pytest.fixture
def given(database: str) -> dict[str, str]:
    return {"dev-url": database}


def lint(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> Finished:
    """The run of the fork's own code."""
    github.repository.tokens["secret"] = Token()
    return shop.lint(given, kind="pull_request.fork", fork=True)


def comment(shop: Shop, github: FakeGitHub, artifact: Path, token: Token = RIGHTS) -> Finished:
    """The run that the end of the other one starts, on the default branch."""
    github.repository.tokens["secret"] = token
    payload = event("workflow_run")
    pull = github.repository.pulls[7]
    payload["workflow_run"].update(head_sha=pull.head_sha, head_branch=pull.head_ref)
    main = shop.git("rev-parse", "main")
    return shop.run("workflow_run", payload, "refs/heads/main", main, {}, uses="comment", artifact=artifact)


def test_the_comment_of_a_fork_is_posted_by_another_workflow(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    head = shop.commit(DROP)
    first = lint(shop, github, given)
    assert first.code == 1, first.log
    assert github.repository.bodies(7) == []
    run = comment(shop, github, first.workspace / "schema-action-reports")
    assert run.code == 0, run.log
    (text,) = github.repository.bodies(7, US)
    assert "DS103" in text
    assert head[:7] in text
    assert run.outputs["url"].endswith("#issuecomment-1")
    assert run.annotations("warning") == []


def test_a_second_push_updates_it_in_place(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(DROP)
    comment(shop, github, lint(shop, github, given).workspace / "schema-action-reports")
    shop.commit(dict.fromkeys(DROP, "CREATE TABLE orders (id bigint PRIMARY KEY);\n"))
    run = comment(shop, github, lint(shop, github, given).workspace / "schema-action-reports")
    assert run.code == 0, run.log
    (text,) = github.repository.bodies(7, US)
    assert "PASSED" in text


def test_a_push_meanwhile_leaves_nothing_to_comment_on(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(DROP)
    first = lint(shop, github, given)
    github.repository.pulls[7].head_sha, old = "f" * 40, github.repository.pulls[7].head_sha
    payload = event("workflow_run")
    payload["workflow_run"].update(head_sha=old, head_branch=github.repository.pulls[7].head_ref)
    github.repository.tokens["secret"] = RIGHTS
    main = shop.git("rev-parse", "main")
    artifact = first.workspace / "schema-action-reports"
    run = shop.run("workflow_run", payload, "refs/heads/main", main, {}, uses="comment", artifact=artifact)
    assert run.code == 0, run.log
    assert github.repository.bodies(7) == []
    assert any("Nothing was posted" in item.message for item in run.annotations("notice"))


def test_without_rights_the_workflow_says_which(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(DROP)
    first = lint(shop, github, given)
    run = comment(shop, github, first.workspace / "schema-action-reports", Token())
    (warning,) = run.annotations("warning")
    assert "pull-requests: write" in warning.message


def test_elsewhere_the_action_says_where_it_belongs(shop: Shop, github: FakeGitHub) -> None:
    shop.commit(DROP)
    merge = shop.open()
    run = shop.run("pull_request", shop.pull_request(), "refs/pull/7/merge", merge, {}, uses="comment")
    assert run.code == 2
    (error,) = run.annotations("error")
    assert "workflow_run" in error.message
