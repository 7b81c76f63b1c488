"""The stand-in for GitHub's API is part of every other test here, so each of its switches is shown to work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

import fake_github
import pytest
from fake_github import FakeGitHub
from fake_github_state import PullRequest, Token

HEAD = "a" * 40
COMMENTS = "/repos/octo/shop/issues/7/comments"
NOTES = "/repos/octo/shop/pulls/7/comments"
NOTE = {"body": "Hello.", "commit_id": HEAD, "path": "m/1.sql", "line": 2, "side": "RIGHT"}


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with fake_github.running() as fake:
        fake.repository.tokens["secret"] = Token(writes=frozenset({"pull-requests", "statuses", "checks"}))
        fake.repository.pulls[7] = PullRequest(7, HEAD, files={"m/1.sql": "@@ -0,0 +1,3 @@\n+a\n+b\n+c"})
        yield fake


def call(
    fake: FakeGitHub, method: str, path: str, body: Any = None, token: str | None = "secret"
) -> tuple[int, dict[str, str], Any]:
    connection = HTTPConnection(urlsplit(fake.server_url).netloc, timeout=10)
    headers = {"User-Agent": "test", "Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response.status, dict(response.headers), json.loads(data) if data else None


def test_comments_are_created_listed_updated_and_deleted(github: FakeGitHub) -> None:
    status, _, created = call(github, "POST", COMMENTS, {"body": "one"})
    assert (status, created["user"]["login"]) == (201, "github-actions[bot]")
    assert created["performed_via_github_app"]["slug"] == "github-actions"
    one = f"/repos/octo/shop/issues/comments/{created['id']}"
    assert call(github, "PATCH", one, {"body": "two"})[0] == 200
    assert [comment["body"] for comment in call(github, "GET", COMMENTS)[2]] == ["two"]
    assert call(github, "DELETE", one)[0] == 204
    assert call(github, "PATCH", one, {"body": "three"})[0] == 404


def test_lists_have_pages_and_links_to_them(github: FakeGitHub) -> None:
    for number in range(35):
        github.repository.say(7, "somebody", str(number))
    status, headers, items = call(github, "GET", COMMENTS)
    assert (status, len(items)) == (200, 30)
    assert f'<{github.api_url}{COMMENTS}?page=2>; rel="next"' in headers["Link"]
    _, headers, items = call(github, "GET", f"{COMMENTS}?per_page=20&page=2")
    assert [item["body"] for item in items] == [str(number) for number in range(20, 35)]
    assert 'rel="prev"' in headers["Link"]
    assert 'rel="next"' not in headers["Link"]


def test_a_comment_has_a_longest_length(github: FakeGitHub) -> None:
    assert call(github, "POST", COMMENTS, {"body": "x" * 65_536})[0] == 201
    status, _, error = call(github, "POST", COMMENTS, {"body": "x" * 65_537})
    assert status == 422
    assert "too long" in error["errors"][0]["message"]
    assert call(github, "POST", COMMENTS, {"body": " "})[0] == 422


def test_a_token_may_do_what_it_was_given(github: FakeGitHub) -> None:
    github.repository.tokens |= {"weak": Token(), "person": Token("ada", "user", frozenset({"checks"}))}
    assert call(github, "GET", COMMENTS, token=None)[0] == 401
    assert call(github, "GET", COMMENTS, token="wrong")[0] == 401
    assert call(github, "GET", COMMENTS, token="weak")[0] == 200
    status, _, error = call(github, "POST", COMMENTS, {"body": "one"}, token="weak")
    assert (status, error["message"]) == (403, "Resource not accessible by integration")
    assert call(github, "POST", f"/repos/octo/shop/statuses/{HEAD}", {"state": "success"}, token="weak")[0] == 403
    check = {"name": "lint", "head_sha": HEAD}
    assert call(github, "POST", "/repos/octo/shop/check-runs", check, token="weak")[0] == 403
    status, _, error = call(github, "POST", "/repos/octo/shop/check-runs", check, token="person")
    assert (status, error["message"]) == (403, "You must authenticate via a GitHub App.")


def test_what_is_not_there_is_not_found(github: FakeGitHub) -> None:
    assert call(github, "GET", "/repos/octo/other/issues/7/comments")[0] == 404
    assert call(github, "GET", "/repos/octo/shop/issues/8/comments")[0] == 404
    assert call(github, "GET", "/repos/octo/shop/pulls/8/files")[0] == 404


def test_review_comments_stand_on_lines_of_the_diff(github: FakeGitHub) -> None:
    status, _, created = call(github, "POST", NOTES, NOTE)
    assert status == 201
    assert call(github, "POST", NOTES, {**NOTE, "line": 4})[0] == 422
    assert call(github, "POST", NOTES, {**NOTE, "path": "m/2.sql"})[0] == 422
    assert call(github, "POST", NOTES, {**NOTE, "commit_id": "b" * 40})[0] == 422
    assert call(github, "POST", NOTES, {**NOTE, "start_line": 2})[0] == 422
    assert call(github, "POST", NOTES, {**NOTE, "start_line": 1, "start_side": "RIGHT"})[0] == 201
    answer = github.repository.reply(created["id"], "ada", "Why?")
    listed = {note["id"]: note for note in call(github, "GET", NOTES)[2]}
    assert listed[answer]["in_reply_to_id"] == created["id"]
    one = f"/repos/octo/shop/pulls/comments/{created['id']}"
    assert call(github, "DELETE", one)[0] == 204
    assert call(github, "DELETE", one)[0] == 404


def test_pull_requests_and_their_files(github: FakeGitHub) -> None:
    github.repository.pulls[8] = PullRequest(8, "d" * 40, head_repository="fork/shop")
    assert call(github, "GET", "/repos/octo/shop/pulls?head=fork:change")[2][0]["head"]["repo"]["fork"] is True
    assert [file["filename"] for file in call(github, "GET", "/repos/octo/shop/pulls/7/files")[2]] == ["m/1.sql"]
    github.repository.pulls[9] = PullRequest(9, "e" * 40, state="closed")
    for query, numbers in (("", [7, 8]), ("?head=fork:change", [8]), ("?state=all", [7, 8, 9]), ("?head=no:such", [])):
        assert [pull["number"] for pull in call(github, "GET", f"/repos/octo/shop/pulls{query}")[2]] == numbers


def test_statuses_and_their_limits(github: FakeGitHub) -> None:
    path = f"/repos/octo/shop/statuses/{HEAD}"
    assert call(github, "POST", path, {"state": "failure", "context": "lint", "description": "x" * 140})[0] == 201
    assert call(github, "POST", path, {"state": "failure", "description": "x" * 141})[0] == 422
    assert call(github, "POST", "/repos/octo/shop/statuses/main", {"state": "failure"})[0] == 422
    assert [(status["context"], status["state"]) for status in github.repository.statuses] == [("lint", "failure")]


def test_annotations_of_a_check_run_add_up(github: FakeGitHub) -> None:
    note = {"path": "m/1.sql", "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "x"}
    output = {"title": "t", "summary": "s", "annotations": [note] * 50}
    created = call(github, "POST", "/repos/octo/shop/check-runs", {"name": "l", "head_sha": HEAD, "output": output})[2]
    assert (created["status"], created["conclusion"]) == ("queued", None)
    path = f"/repos/octo/shop/check-runs/{created['id']}"
    done = call(github, "PATCH", path, {"conclusion": "failure", "output": {**output, "annotations": [note]}})[2]
    assert (done["status"], done["output"]["annotations_count"]) == ("completed", 51)
    bad = ({"end_line": 0}, {"end_line": 2, "start_column": 1}, {"title": "x" * 256}, {"message": "x" * 65_537})
    for change in bad:
        annotations = [{**note, **change}]
        assert call(github, "PATCH", path, {"output": {**output, "annotations": annotations}})[0] == 422, change


def test_who_a_token_is(github: FakeGitHub) -> None:
    answer = call(github, "POST", "/graphql", {"query": "query { viewer { login } }"})[2]
    assert answer == {"data": {"viewer": {"login": "github-actions[bot]"}}}


def test_an_enterprise_server_has_its_api_in_a_folder() -> None:
    with fake_github.running("/api/v3") as fake:
        fake.repository.tokens["secret"] = Token()
        fake.repository.pulls[7] = PullRequest(7, HEAD)
        status, _, found = call(fake, "GET", "/api/v3/repos/octo/shop/pulls")
        assert (status, found[0]["url"]) == (200, f"{fake.server_url}/api/v3/repos/octo/shop/pulls/7")
        assert call(fake, "POST", "/api/graphql", {"query": "query { viewer { login } }"})[0] == 200
        assert call(fake, "GET", "/repos/octo/shop/pulls")[0] == 404


def test_requests_fail_when_asked_to(github: FakeGitHub) -> None:
    github.fail_next("GET", "/issues/7/", 429, headers={"Retry-After": "1"}, times=2)
    github.fail_next("POST", "/issues/", 502)
    assert call(github, "GET", COMMENTS)[1]["Retry-After"] == "1"
    assert call(github, "GET", COMMENTS)[0] == 429
    assert call(github, "GET", COMMENTS)[0] == 200
    assert call(github, "POST", COMMENTS, {"body": "one"})[0] == 502
    assert github.repository.bodies(7) == []
    assert [seen.status for seen in github.seen("GET", "comments")] == [429, 429, 200]


def test_a_connection_is_cut_when_asked_to(github: FakeGitHub) -> None:
    github.fail_next("GET", "comments", 0)
    with pytest.raises(RemoteDisconnected):
        call(github, "GET", COMMENTS)
    assert github.requests[-1].status == 0


def test_somebody_else_can_be_faster(github: FakeGitHub) -> None:
    github.before("POST", "comments", lambda: github.repository.say(7, "github-actions[bot]", "other run"))
    call(github, "POST", COMMENTS, {"body": "ours"})
    call(github, "POST", COMMENTS, {"body": "again"})
    assert github.repository.bodies(7) == ["other run", "ours", "again"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"/repos/octo/shop/statuses/{HEAD}", {"state": "ok"}),
        ("POST", COMMENTS, {"text": "no body"}),
        ("POST", COMMENTS, {"body": "one", "colour": "red"}),
        ("GET", f"{COMMENTS}?per_page=101", None),
        ("GET", f"{COMMENTS}?per_pag=100", None),
        ("DELETE", COMMENTS, None),
        ("GET", "/repos/octo/shop/wiki", None),
        ("POST", "/graphql", {"query": "query { viewer { email } }"}),
        (
            "POST",
            "/repos/octo/shop/check-runs",
            {"name": "l", "head_sha": HEAD, "output": {"title": "t", "summary": "x" * 65_536}},
        ),
        ("POST", NOTES, {**NOTE, "side": "BOTH"}),
    ],
)
def test_a_request_that_breaks_the_contract_is_refused_and_fails_the_test(method: str, path: str, body: Any) -> None:
    with pytest.raises(fake_github.ContractError), fake_github.running() as fake:  # noqa: PT012
        fake.repository.tokens["secret"] = Token(writes=frozenset({"pull-requests", "statuses", "checks"}))
        fake.repository.pulls[7] = PullRequest(7, HEAD)
        assert call(fake, method, path, body)[0] == 400


def test_an_answer_that_breaks_the_contract_fails_the_test() -> None:
    with pytest.raises(fake_github.ContractError, match="created_at"), fake_github.running() as fake:  # noqa: PT012
        fake.repository.tokens["secret"] = Token()
        fake.repository.pulls[7] = PullRequest(7, HEAD)
        del fake.repository.comments[fake.repository.say(7, "ada", "Hi.")]["created_at"]
        call(fake, "GET", COMMENTS)
