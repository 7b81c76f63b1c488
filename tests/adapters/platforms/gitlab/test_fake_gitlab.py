"""The fake GitLab refuses what GitLab refuses, and notices requests that GitLab's description does not hold."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import gitlab
import pytest
from fake_gitlab import BASE_SHA, HEAD_SHA, PROJECT_PATH, FakeGitLab, fake_gitlab
from gitlab_notes import GUEST, IID, MAINTAINER, REPORTER, Access
from urllib3.exceptions import HTTPError

BOT = Access(50, "project_7_bot")
TOKENS = {
    "bot": BOT,
    "ann": Access(11, "ann", role=MAINTAINER),
    "eve": Access(12, "eve", role=REPORTER),
    "guest": Access(13, "guest", role=GUEST),
    "reader": Access(14, "reader", scopes=frozenset({"read_api"})),
    "outsider": Access(15, "outsider", role=0),
    "job": Access(11, "ann", is_job=True),
}


@pytest.fixture
def fake() -> Iterator[FakeGitLab]:
    with fake_gitlab(tokens=dict(TOKENS)) as server:
        yield server


def _merge_request(fake: FakeGitLab, **credentials: str) -> Any:
    client = gitlab.Gitlab(fake.address, **credentials)
    return client.projects.get(PROJECT_PATH, lazy=True).mergerequests.get(IID, lazy=True)


def _status(call: Callable[[], object]) -> int | None:
    with pytest.raises(gitlab.exceptions.GitlabError) as caught:
        call()
    return caught.value.response_code


def test_notes_are_listed_by_pages_with_the_newest_first(fake: FakeGitLab) -> None:
    for number in range(45):
        fake.add_note(f"note {number}", BOT)
    notes = _merge_request(fake, private_token="bot").notes.list(iterator=True)
    assert [note.body for note in notes] == [f"note {number}" for number in reversed(range(45))]
    assert fake.log == [("GET", f"/api/v4/projects/acme%2Fshop/merge_requests/{IID}/notes")] * 3


def test_a_job_token_reads_the_merge_request_and_its_notes_and_nothing_else(fake: FakeGitLab) -> None:
    note = fake.add_note("hello", BOT)
    merge_request = _merge_request(fake, job_token="job")
    assert [item.body for item in merge_request.notes.list(get_all=True)] == ["hello"]
    merge_request.manager.get(IID)
    for call in (
        lambda: merge_request.notes.create({"body": "x"}),
        lambda: merge_request.notes.delete(note["id"]),
        lambda: merge_request.discussions.list(get_all=True),
        lambda: merge_request.diffs.gitlab.http_list(f"/projects/acme%2Fshop/merge_requests/{IID}/diffs"),
    ):
        assert _status(call) == 401
    assert _status(lambda: _merge_request(fake, private_token="job").notes.list(get_all=True)) == 401
    assert _status(lambda: _merge_request(fake, job_token="bot").notes.list(get_all=True)) == 401


@pytest.mark.parametrize(
    ("token", "status"), [("nobody", 401), ("guest", 403), ("reader", 403), ("outsider", 404)], ids=str
)
def test_who_may_not_comment_is_refused(fake: FakeGitLab, token: str, status: int) -> None:
    merge_request = _merge_request(fake, private_token=token)
    assert _status(lambda: merge_request.notes.create({"body": "x"})) == status
    assert fake.notes.items == []


def test_notes_of_others_can_be_edited_by_maintainers_only(fake: FakeGitLab) -> None:
    number = fake.add_note("hello", BOT)["id"]
    assert _status(lambda: _merge_request(fake, private_token="eve").notes.update(number, {"body": "x"})) == 403
    _merge_request(fake, private_token="ann").notes.update(number, {"body": "edited"})
    assert fake.bodies("project_7_bot") == ["edited"]


def test_a_position_must_be_a_line_of_the_present_diff(fake: FakeGitLab) -> None:
    fake.add_diff("migrations/2.sql", added=2)
    fake.add_diff("migrations/1.sql", added=1, old_path="migrations/1.sql")
    discussions = _merge_request(fake, private_token="bot").discussions
    refs = {"base_sha": BASE_SHA, "start_sha": BASE_SHA, "head_sha": HEAD_SHA, "position_type": "text"}
    new = refs | {"new_path": "migrations/2.sql", "old_path": "migrations/2.sql"}
    old = refs | {"new_path": "migrations/1.sql", "old_path": "migrations/1.sql"}
    for place in (new | {"new_line": 2}, old | {"new_line": 3, "old_line": 2}):
        discussions.create({"body": "here", "position": place})
    for place in (new | {"new_line": 3}, old | {"new_line": 3}, new | {"new_line": 2, "head_sha": "c" * 40}):
        assert _status(lambda place=place: discussions.create({"body": "there", "position": place})) == 400
    assert [thread["notes"][0]["position"]["new_line"] for thread in fake.threads()] == [2, 3]


def test_threads_are_resolved_by_developers_only(fake: FakeGitLab) -> None:
    fake.add_diff("a.sql", added=1)
    place = {"base_sha": BASE_SHA, "start_sha": BASE_SHA, "head_sha": HEAD_SHA, "position_type": "text"}
    place |= {"new_path": "a.sql", "old_path": "a.sql", "new_line": 1}
    thread = _merge_request(fake, private_token="eve").discussions.create({"body": "here", "position": place})

    def resolve(token: str) -> None:
        _merge_request(fake, private_token=token).discussions.update(thread.id, {"resolved": True})

    assert _status(lambda: resolve("eve")) == 403
    resolve("bot")
    assert fake.threads()[0]["notes"][0]["resolved_by"]["username"] == "project_7_bot"


def test_a_status_needs_a_developer_and_a_commit_of_the_project(fake: FakeGitLab) -> None:
    def statuses(token: str, sha: str) -> Any:
        project = gitlab.Gitlab(fake.address, private_token=token).projects.get(PROJECT_PATH, lazy=True)
        return project.commits.get(sha, lazy=True).statuses

    assert _status(lambda: statuses("eve", HEAD_SHA).create({"state": "success"})) == 403
    assert _status(lambda: statuses("bot", "c" * 40).create({"state": "success"})) == 404
    statuses("bot", HEAD_SHA).create({"state": "running", "name": "lint"})
    assert _status(lambda: statuses("bot", HEAD_SHA).create({"state": "running", "name": "lint"})) == 400
    statuses("bot", HEAD_SHA).create({"state": "failed", "name": "lint"})
    assert [(item["name"], item["status"]) for item in fake.statuses] == [("lint", "failed")]


def test_failures_come_when_asked_for(fake: FakeGitLab) -> None:
    fake.fail_next("POST", "/notes$", 429, headers={"Retry-After": "0"}, body="Retry later\n")
    fake.fail_next("GET", "/notes$", 502, body="<html></html>")
    merge_request = _merge_request(fake, private_token="bot")
    assert _status(lambda: merge_request.notes.list(get_all=True)) == 502
    merge_request.notes.create({"body": "again"})  # python-gitlab waits as long as it is told and tries again
    assert [entry[0] for entry in fake.log] == ["GET", "POST", "POST"]


def test_a_hook_runs_before_a_write(fake: FakeGitLab) -> None:
    fake.hooks.append(lambda: fake.add_note("I was first", BOT))
    _merge_request(fake, private_token="bot").notes.create({"body": "second"})
    assert fake.bodies("project_7_bot") == ["I was first", "second"]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (f"merge_requests/{IID}/notes", {"body": ""}),
        (f"merge_requests/{IID}/notes", {"body": "x" * 1_000_001}),
        (f"merge_requests/{IID}/notes", {"body": "x", "colour": "red"}),
        (f"merge_requests/{IID}/notes", {"body": "text\n/merge"}),
        (f"merge_requests/{IID}/notes", {"body": "```sql\nSELECT 1;"}),
        (f"merge_requests/{IID}/notes", {"body": "```suggestion:-0+1\nSELECT 1;\n```"}),
        (f"merge_requests/{IID}/discussions", {"body": "x", "position": {"position_type": "text"}}),
        (f"statuses/{HEAD_SHA}", {"state": "ok"}),
        (f"statuses/{HEAD_SHA}", {"state": "success", "description": "x" * 256}),
        ("issues", {"title": "x"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_request_that_does_not_follow_the_description_fails_the_test(path: str, sent: dict[str, Any]) -> None:
    server = fake_gitlab(tokens=dict(TOKENS))
    fake = server.__enter__()
    request = urllib.request.Request(f"{fake.api}/projects/7/{path}", json.dumps(sent).encode(), method="POST")
    request.add_header("PRIVATE-TOKEN", "bot")
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request):
            pass
    except (HTTPError, OSError) as refused:
        refused.close()
    with pytest.raises(AssertionError):
        server.__exit__(None, None, None)


def test_a_failure_that_never_came_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="never came"), fake_gitlab() as fake:
        fake.fail_next("POST", "/notes", 500)
