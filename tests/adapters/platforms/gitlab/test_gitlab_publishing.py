"""Notes, threads and statuses when GitLab refuses, others write at the same time, or there is a lot of everything."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from fake_gitlab import HEAD_SHA, FakeGitLab
from gitlab_notes import REPORTER, Access
from gitlab_shop import ANN, BOT, job_variables

from schema_ci.platforms.gitlab import GitLabPlatform, open_platform
from schema_ci.publish.lint_publication import LintPublication
from schema_ci.publish.marker import Marker
from schema_ci.publish.publish import publish
from schema_core.schema.findings import Finding
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FileReport, LintResult
from schema_core.schema.statements import Position, Span

PATH = "db/2.sql"
NOTES, DISCUSSIONS, STATUSES = r"/notes$", r"/discussions$", r"/statuses/"


@pytest.fixture(autouse=True)
def waits(fake: FakeGitLab, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long we would have waited between tries; the merge request has a file with 60 new lines."""
    waited: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", waited.append)
    fake.add_diff(PATH, added=60)
    return waited


def _platform(fake: FakeGitLab, root: Path, job: int = 1, **more: str) -> GitLabPlatform:
    return open_platform({**job_variables(fake, root, job, HEAD_SHA), **more})


def _result(*lines: int, severity: Any = "error", error: StatementError | None = None) -> LintResult:
    findings = tuple(
        Finding(
            code="DS103",
            rule="drop-column",
            severity=severity,
            message=f"Dropping column of line {line}",
            file="2.sql",
            span=Span(Position(0, line, 1), Position(9, line, 10)),
            statement=None,
            certainty="observed",
        )
        for line in lines
    )
    return LintResult(
        tool_version="1",
        verdict="failed" if lines or error else "passed",
        fail_on="error",
        directory="file://db",
        server=None,
        base_files=1,
        files=() if error else (FileReport(name="2.sql", change="added", findings=findings),),
        error=error,
    )


def _publish(platform: GitLabPlatform, result: LintResult, **more: Any) -> str:
    publication = LintPublication(
        action="migrate/lint",
        key="db",
        result=result,
        path_prefix="db",
        context=platform.context,
        reports="schema-action-reports/db",
        **more,
    )
    return publish(platform, publication)


def _open_threads(fake: FakeGitLab) -> list[str]:
    notes = (thread["notes"][0] for thread in fake.threads())
    return [note["body"].split("line ")[1].split("\n")[0] for note in notes if not note["resolved"]]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 503, 429])
@pytest.mark.parametrize(
    "request_", [("POST", NOTES), ("GET", NOTES), ("POST", STATUSES), ("GET", DISCUSSIONS)], ids="".join
)
def test_a_refusal_is_a_warning_and_the_other_channels_go_on(
    fake: FakeGitLab, tmp_path: Path, capsys: pytest.CaptureFixture[str], request_: tuple[str, str], status: int
) -> None:
    method, path = request_
    times = 5 if status in {429, 500, 503} else 1
    fake.fail_next(method, path, status, headers={"Retry-After": "0"}, times=times)
    url = _publish(_platform(fake, tmp_path), _result(1))
    told = capsys.readouterr().err
    assert told.count("Warning:") == 1
    assert f"GitLab answered {status}" in told
    assert bool(fake.bodies(BOT.username)) == (path != NOTES)
    assert bool(fake.threads()) == (path != DISCUSSIONS)
    assert bool(fake.statuses) == (path != STATUSES)
    assert ("#note_" in url) == (path != NOTES)
    remedies = {401: "project access token", 403: "the scope api", 404: "no access to the project", 429: "rate limit"}
    assert remedies.get(status, "") in told


def test_the_servers_delay_is_kept_and_the_request_tried_again(
    fake: FakeGitLab, tmp_path: Path, waits: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    fake.fail_next("POST", NOTES, 429, headers={"Retry-After": "7"}, body="Retry later\n")
    fake.fail_next("POST", DISCUSSIONS, 502, body="<html></html>")
    fake.fail_next("POST", STATUSES, 429, headers={"Retry-After": "86400"})
    _publish(_platform(fake, tmp_path), _result(1))
    assert waits[0] == 7
    assert waits[-1] == 60, "nobody waits a day"
    assert "Warning:" not in capsys.readouterr().err
    assert (len(fake.bodies(BOT.username)), len(fake.threads()), len(fake.statuses)) == (1, 1, 1)


def test_the_note_is_found_among_hundreds(fake: FakeGitLab, tmp_path: Path) -> None:
    first = _publish(_platform(fake, tmp_path), _result(1))
    for number in range(250):
        fake.add_note(f"note {number}", ANN)
        fake.add_note("changed the description", ANN, system=True)
    again = _publish(_platform(fake, tmp_path, job=2), _result())
    assert again == first
    assert len(fake.bodies(BOT.username)) == 1
    assert "PASSED" in fake.bodies(BOT.username)[0]


def test_a_marker_that_somebody_else_wrote_is_not_ours(fake: FakeGitLab, tmp_path: Path) -> None:
    marker = Marker(action="migrate/lint", key="db", commit=HEAD_SHA, run=(999, 999)).text(html=True)
    theirs = fake.add_note(f"All is well!\n\n{marker}", ANN)["id"]
    ours_on_a_line = {"base_sha": fake.base_sha, "start_sha": fake.base_sha, "head_sha": fake.head_sha}
    ours_on_a_line |= {"position_type": "text", "new_path": PATH, "old_path": PATH, "new_line": 9}
    fake.add_note(f"A thread\n\n{marker}", BOT, position=ours_on_a_line)
    _publish(_platform(fake, tmp_path), _result(1))
    assert fake.notes.find(theirs)["body"].startswith("All is well!")
    [ours] = fake.bodies(BOT.username)
    assert "FAILED" in ours


def test_a_thread_that_somebody_else_wrote_is_not_resolved(fake: FakeGitLab, tmp_path: Path) -> None:
    _publish(_platform(fake, tmp_path), _result(1))
    copy = fake.threads()[0]["notes"][0]
    fake.add_note(copy["body"], ANN, position=copy["position"])
    _publish(_platform(fake, tmp_path, job=2), _result())
    assert [thread["notes"][0]["resolved"] for thread in fake.threads()] == [True, False]


def test_threads_follow_the_findings(fake: FakeGitLab, tmp_path: Path) -> None:
    _publish(_platform(fake, tmp_path, job=1), _result(1, 2, 3))
    assert _open_threads(fake) == ["1", "2", "3"]
    _publish(_platform(fake, tmp_path, job=2), _result(2))
    assert _open_threads(fake) == ["2"]
    _publish(_platform(fake, tmp_path, job=3), _result(2, 3))
    assert _open_threads(fake) == ["2", "3"], "what we resolved and is back is opened again"
    assert len(fake.threads()) == 3


def test_what_people_resolved_stays_resolved(fake: FakeGitLab, tmp_path: Path) -> None:
    _publish(_platform(fake, tmp_path), _result(1))
    [thread] = fake.threads()
    fake.notes.resolve(thread["id"], resolved=True, access=ANN, user=ANN.user(fake.address))
    _publish(_platform(fake, tmp_path, job=2), _result(1))
    assert _open_threads(fake) == []
    assert len(fake.threads()) == 1


def test_nothing_is_resolved_when_nothing_could_be_judged(fake: FakeGitLab, tmp_path: Path) -> None:
    _publish(_platform(fake, tmp_path), _result(1))
    _publish(_platform(fake, tmp_path, job=2), _result(error=StatementError(message="atlas.sum does not match")))
    assert _open_threads(fake) == ["1"]


def test_only_changed_lines_get_threads_and_notices_none(fake: FakeGitLab, tmp_path: Path) -> None:
    fake.diffs.clear()
    fake.add_diff(PATH, added=2, old_path=PATH)
    _publish(_platform(fake, tmp_path), _result(2, 3, 40))
    assert _open_threads(fake) == ["2"]
    _publish(_platform(fake, tmp_path, job=2), _result(1, severity="notice"))
    assert _open_threads(fake) == []


def test_the_number_of_new_threads_is_limited(
    fake: FakeGitLab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _publish(_platform(fake, tmp_path), _result(*range(1, 41)))
    assert len(fake.threads()) == 25
    assert "15 more findings got no thread" in capsys.readouterr().err


def test_a_line_that_gitlab_does_not_take_is_no_reason_to_leave_out_others(
    fake: FakeGitLab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.fail_next("POST", DISCUSSIONS, 400)
    _publish(_platform(fake, tmp_path), _result(1, 2, 3))
    assert _open_threads(fake) == ["2", "3"]
    assert "1 of 3 threads" in capsys.readouterr().err


def test_two_jobs_that_make_the_same_thread_leave_one(fake: FakeGitLab, tmp_path: Path) -> None:
    _publish(_platform(fake, tmp_path), _result(1))
    copy = fake.threads()[0]["notes"][0]
    fake.add_note(copy["body"], BOT, position=copy["position"])
    _publish(_platform(fake, tmp_path, job=2), _result(1))
    assert _open_threads(fake) == ["1"]


def test_without_comments_there_are_no_threads_either(fake: FakeGitLab, tmp_path: Path) -> None:
    _publish(_platform(fake, tmp_path), _result(1), comment="off")
    assert [entry[0] for entry in fake.log] == ["POST"]
    assert len(fake.statuses) == 1


def test_a_reporters_token_writes_notes_and_says_what_it_lacks(
    fake: FakeGitLab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.tokens["glpat-bot"] = Access(BOT.user_id, BOT.username, role=REPORTER)
    _publish(_platform(fake, tmp_path), _result(1))
    assert len(fake.bodies(BOT.username)) == 1
    told = capsys.readouterr().err
    assert "The commit's status was not set: GitLab answered 403" in told
    assert "Developer for statuses" in told


def test_nothing_is_sent_to_another_address(
    fake: FakeGitLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address of the next page comes from the server; the token must not follow it elsewhere."""
    for number in range(150):
        fake.add_note(f"note {number}", ANN)
    told, page = fake.address, FakeGitLab._page
    elsewhere = told.replace("127.0.0.1", "127.0.0.2")

    def page_with_a_trap(self: FakeGitLab, *arguments: Any) -> Any:
        status, items, headers = page(self, *arguments)
        if "Link" in headers:
            headers["Link"] = headers["Link"].replace(f"{told}/api/v4", f"{elsewhere}/evil")
        return status, items, headers

    monkeypatch.setattr(FakeGitLab, "_page", page_with_a_trap)
    _publish(_platform(fake, tmp_path), _result())
    assert "could not be reached (InvalidURL)" in capsys.readouterr().err


def test_a_redirect_is_not_followed(fake: FakeGitLab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The token would go along."""
    fake.fail_next("GET", "/user$", 302, headers={"Location": f"{fake.address}/api/v4/user"})
    _publish(_platform(fake, tmp_path), _result(), comment="always")
    assert "could not be reached (TooManyRedirects)" in capsys.readouterr().err
    assert not fake.bodies(BOT.username)
    fake.contract.violations.clear()  # GitLab describes no redirect either


@pytest.mark.parametrize("address", ["", "ftp://gitlab/api/v4", "https://gitlab.example.org"])
def test_an_api_that_is_not_named_is_a_warning(
    fake: FakeGitLab, tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    _publish(_platform(fake, tmp_path, CI_API_V4_URL=address), _result())
    assert "CI_API_V4_URL" in capsys.readouterr().err


def test_a_gitlab_that_does_not_answer_is_a_warning(
    fake: FakeGitLab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _publish(_platform(fake, tmp_path, CI_API_V4_URL="http://127.0.0.1:9/api/v4"), _result())
    assert "could not be reached" in capsys.readouterr().err


def test_the_certificate_authority_of_the_server_is_used(tmp_path: Path, fake: FakeGitLab) -> None:
    authority = tmp_path / "ca.pem"
    platform = _platform(fake, tmp_path, CI_SERVER_TLS_CA_FILE=os.fspath(authority))
    assert platform.git_credentials()["GIT_SSL_CAINFO"] == os.fspath(authority)
    assert platform._api is not None
    assert platform._api._client.ssl_verify == os.fspath(authority)


def test_git_gets_the_job_token_beside_what_is_configured(tmp_path: Path, fake: FakeGitLab) -> None:
    given = _platform(fake, tmp_path, GIT_CONFIG_COUNT="1").git_credentials()
    assert given["GIT_CONFIG_COUNT"] == "2"
    assert given["GIT_CONFIG_KEY_1"] == f"credential.{fake.address}.helper"
    assert "glcbt-job" not in "".join(given.values())


def test_files_are_linked_at_the_commit_of_the_source_project(tmp_path: Path, fake: FakeGitLab) -> None:
    platform = _platform(fake, tmp_path, CI_MERGE_REQUEST_SOURCE_PROJECT_URL="https://gitlab.example.org/eve/shop")
    address = f"https://gitlab.example.org/eve/shop/-/blob/{HEAD_SHA}/db/a%20%23b.sql"
    assert platform.file_url("db/a #b.sql", 3) == f"{address}#L3"
    assert platform.file_url("db/a #b.sql") == address
