"""Whole runs of migrate/lint in a pull request's pipeline: what stands on Bitbucket afterwards."""

from __future__ import annotations

import re

import msgspec
import pytest
from bitbucket_step import Repository, Run
from fake_bitbucket import FakeBitbucket, Json, Report

from schema_ci.publish.marker import key_digest, marker_of

DROP = "ALTER TABLE users DROP COLUMN mail;\n"
HARMLESS = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"


def only_comment(fake: FakeBitbucket) -> str:
    (comment,) = fake.shown_comments()
    assert comment["user"] == fake.robot
    return str(comment["content"]["raw"])


def only_report(fake: FakeBitbucket) -> Report:
    (report,) = fake.reports.values()
    return report


def only_status(fake: FakeBitbucket) -> Json:
    (status,) = fake.statuses.values()
    return status


def test_a_clean_change(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_orders.sql", HARMLESS)
    step = repository.pull_request_step()

    done = run(step)

    assert (done.code, done.warnings) == (0, [])
    assert "PASSED: no findings in 1 new file" in done.out
    assert "PASSED: no findings in 1 new file" in only_comment(fake)
    report = only_report(fake)
    assert report.fields["result"] == "PASSED"
    assert report.annotations == {}
    assert [commit for commit, _ in fake.reports] == [step.commit]
    status = only_status(fake)
    assert (status["state"], status["refname"]) == ("SUCCESSFUL", "feature")
    assert status["url"] == "https://bitbucket.org/acme/shop/pull-requests/7/_/diff#comment-5001"
    assert "export SCHEMA_ACTION_OUTPUT_VERDICT='passed'\n" in done.outputs.read_text()
    assert {request.way for request in fake.requests} == {"direct"}


def test_warnings_pass(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_rename.sql", "ALTER TABLE users RENAME COLUMN mail TO email;\n")

    done = run(
        repository.pull_request_step(), SCHEMA_ACTION_SEVERITY_COUNT="1", SCHEMA_ACTION_SEVERITY_0="BC102=warning"
    )

    assert (done.code, done.warnings) == (0, [])
    report = only_report(fake)
    assert report.fields["result"] == "PASSED"
    (annotation, *_) = report.annotations.values()
    assert annotation["severity"] == "MEDIUM"
    assert "result" not in annotation
    assert annotation["path"] == "migrations/2_rename.sql"
    assert only_status(fake)["state"] == "SUCCESSFUL"


def test_errors_fail(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_drop.sql", f"-- one\n{DROP}")

    done = run(repository.pull_request_step())

    assert (done.code, done.warnings) == (1, [])
    assert "DS103" in only_comment(fake)
    # The gravest comes first.
    annotation, *others = only_report(fake).annotations.values()
    assert annotation["summary"].startswith("DS103: ")
    assert "HIGH" not in {other["severity"] for other in others}
    assert (annotation["path"], annotation["line"]) == ("migrations/2_drop.sql", 2)
    assert (annotation["severity"], annotation["result"]) == ("HIGH", "FAILED")
    assert annotation["link"].endswith("/rules/DS103.md")
    data = {item["title"]: item["value"] for item in only_report(fake).fields["data"]}
    assert data == {"Safe to merge": False, "New files": 1, "Errors": 1, "Warnings": 1, "Notices": 1}
    assert only_status(fake)["state"] == "FAILED"
    assert "SCHEMA_ACTION_OUTPUT_ERRORS='1'" in done.outputs.read_text()


def test_a_file_that_does_not_replay(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_broken.sql", "SELECT 1;\n\nALTER TABLE nothing ADD COLUMN a int;\n")

    done = run(repository.pull_request_step())

    assert (done.code, done.warnings) == (1, [])
    (annotation,) = only_report(fake).annotations.values()
    assert annotation["severity"] == "CRITICAL"
    assert 'relation "nothing" does not exist' in annotation["summary"]
    assert (annotation["path"], annotation["line"]) == ("migrations/2_broken.sql", 3)
    assert "does not replay" in only_comment(fake)


def test_nothing_changed(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.git("commit", "--quiet", "--allow-empty", "--message", "documents")

    done = run(repository.pull_request_step(), SCHEMA_ACTION_COMMENT="changes")

    assert (done.code, done.warnings) == (0, [])
    assert fake.shown_comments() == []
    assert only_status(fake)["description"] == "PASSED: no new files"
    assert only_status(fake)["url"].startswith("https://bitbucket.org/acme/shop/pipelines/results/41/steps/%7B")


def test_a_tampered_sum_file(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_orders.sql", HARMLESS, hashed=False)

    done = run(repository.pull_request_step())

    assert (done.code, done.warnings) == (1, [])
    (annotation,) = only_report(fake).annotations.values()
    assert (annotation["path"], annotation["severity"]) == ("migrations/atlas.sum", "CRITICAL")
    assert "atlas.sum" in only_comment(fake)


def test_a_second_push_updates_the_comment_in_place(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_drop.sql", DROP)
    first = repository.pull_request_step()
    assert run(first).code == 1
    fake.write_comment("Thanks!", fake.account("kim"))
    repository.git("rm", "--quiet", "migrations/2_drop.sql")
    repository.commit("2_orders.sql", HARMLESS)
    second = repository.pull_request_step()

    done = run(second)

    assert (done.code, done.warnings) == (0, [])
    ours, theirs = fake.shown_comments()
    assert theirs["content"]["raw"] == "Thanks!"
    assert ours["id"] == 5001
    assert "PASSED: no findings" in ours["content"]["raw"]
    assert second.commit[:12] in ours["content"]["raw"]
    assert {commit for commit, _ in fake.reports} == {first.commit, second.commit}


def test_a_step_that_runs_again_leaves_no_stale_annotation(
    fake: FakeBitbucket, repository: Repository, run: Run
) -> None:
    repository.commit("2_drop.sql", DROP)
    step = repository.pull_request_step()
    run(step)
    (report_id,) = fake.reports
    before = list(only_report(fake).annotations)

    done = run(step, SCHEMA_ACTION_SEVERITY="DS103=off", BITBUCKET_STEP_RUN_NUMBER="2")

    assert (done.code, done.warnings) == (0, [])
    assert list(fake.reports) == [report_id]
    assert list(only_report(fake).annotations) == before[1:]
    assert "PASSED" in only_comment(fake)


def test_an_older_run_leaves_a_newer_comment_alone(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_orders.sql", HARMLESS)
    older = repository.pull_request_step()
    repository.commit("3_drop.sql", DROP)
    newer = repository.pull_request_step()
    run(newer)
    before = only_comment(fake)

    done = run(older)

    assert (done.code, done.warnings) == (0, [])
    assert "Notice: The comment is about a newer run already" in done.err
    assert only_comment(fake) == before


@pytest.mark.parametrize("labels", [("", ""), ("blue", "green")], ids=["by directory", "by label"])
def test_two_jobs_have_a_comment_a_report_and_a_status_each(
    fake: FakeBitbucket, repository: Repository, run: Run, labels: tuple[str, str]
) -> None:
    repository.commit("2_orders.sql", HARMLESS)
    repository.commit("1_stock.sql", HARMLESS, directory="stock/migrations")
    step = repository.pull_request_step()

    for directory, label in zip(("migrations", "stock/migrations"), labels, strict=True):
        done = run(step, SCHEMA_ACTION_DIR=f"file://{directory}", SCHEMA_ACTION_LABEL=label)
        assert (done.code, done.warnings) == (0, [])

    assert len(fake.shown_comments()) == len(fake.reports) == len(fake.statuses) == 2
    keys = [marker.key for comment in fake.shown_comments() if (marker := marker_of(comment["content"]["raw"]))]
    named = ["blue", "green"] if all(labels) else ["migrations", "stock/migrations"]
    assert keys == [key_digest(name) for name in named]


def test_without_credentials_the_proxy_serves_all_but_the_comment(
    fake: FakeBitbucket, repository: Repository, run: Run
) -> None:
    repository.commit("2_drop.sql", DROP)

    done = run(repository.pull_request_step(), BITBUCKET_ACCESS_TOKEN="")

    assert (done.code, done.warnings) == (1, [])
    assert done.err.count("Notice: There is no comment on the pull request") == 1
    assert "BITBUCKET_ACCESS_TOKEN" in done.err
    assert fake.comments[7] == []
    assert len(only_report(fake).annotations) == 3
    assert only_status(fake)["state"] == "FAILED"
    assert {request.way for request in fake.requests} == {"proxy"}


def test_a_branchs_pipeline_compares_with_the_main_branch(
    fake: FakeBitbucket, repository: Repository, run: Run
) -> None:
    repository.commit("2_drop.sql", DROP)
    repository.git("checkout", "--quiet", "main")

    done = run(repository.branch_step("feature"))

    assert (done.code, done.warnings) == (1, [])
    assert fake.shown_comments() == []
    assert "There is no comment" not in done.err
    assert len(only_report(fake).annotations) == 3
    assert "SCHEMA_ACTION_OUTPUT_FILES='1'" in done.outputs.read_text()


def test_the_main_branchs_own_pipeline_compares_with_what_is_named(
    fake: FakeBitbucket, repository: Repository, run: Run
) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.commit("2_drop.sql", DROP)

    assert run(repository.branch_step("main")).code == 0  # nothing is newer than the main branch itself
    assert run(repository.branch_step("main"), SCHEMA_ACTION_GIT_BASE="HEAD~1").code == 1


def test_comments_of_others_with_our_marker_are_not_touched(
    fake: FakeBitbucket, repository: Repository, run: Run
) -> None:
    repository.commit("2_orders.sql", HARMLESS)
    run(repository.pull_request_step())
    ours = fake.shown_comments()[0]["content"]["raw"]
    fake.comments[7].clear()
    # A newer run's marker, planted to keep us from ever saying anything.
    marker = marker_of(ours)
    assert marker is not None
    planted = f"All fine!\n\n{msgspec.structs.replace(marker, run=(9999, 1)).text(html=False)}"
    for name in ("mallory", "oscar"):
        fake.write_comment(planted, fake.account(name))
    for _ in range(2):
        done = run(repository.pull_request_step())
        assert (done.code, done.warnings) == (0, [])

    shown = fake.shown_comments()
    assert [comment["user"]["display_name"] for comment in shown] == ["mallory", "oscar", "schema-action"]
    assert [comment["content"]["raw"] for comment in shown[:2]] == [planted, planted]


def test_our_comment_is_found_behind_a_hundred_others(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    for number in range(230):
        fake.write_comment(
            f"remark {number}", fake.account("kim"), inline={"path": "a", "to": 1} if number % 2 else None
        )
        if number % 2 == 0:
            del fake.comments[7][-1]["inline"]
    repository.commit("2_orders.sql", HARMLESS)
    for _ in range(2):
        done = run(repository.pull_request_step())
        assert (done.code, done.warnings) == (0, [])

    assert len(fake.shown_comments()) == 231
    assert {request.query["pagelen"][0] for request in fake.requests if request.query} == {"100"}


def test_two_runs_at_once_end_with_one_comment(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_orders.sql", HARMLESS)
    step = repository.pull_request_step()
    run(step)
    other = fake.shown_comments()[0]["content"]["raw"]
    fake.comments[7].clear()
    fake.before("POST", "/comments$", lambda: fake.write_comment(other, fake.robot) and None)

    done = run(step)

    assert (done.code, done.warnings) == (0, [])
    assert "PASSED" in only_comment(fake)
    assert [comment["deleted"] for comment in fake.comments[7]].count(True) == 1


def test_a_comment_whose_answer_is_lost_is_not_posted_twice(
    fake: FakeBitbucket, repository: Repository, run: Run, waits: list[float]
) -> None:
    repository.commit("2_orders.sql", HARMLESS)
    fake.fail_next("POST", "/comments$", 502, body=b"<html>bad gateway</html>", after=True)

    done = run(repository.pull_request_step())

    assert (done.code, done.warnings) == (0, [])
    assert len(fake.comments[7]) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_the_token_may_not_do_is_a_warning_that_says_what_it_lacks(
    fake: FakeBitbucket, repository: Repository, run: Run, status: int
) -> None:
    repository.commit("2_drop.sql", DROP)
    fake.fail_next("GET", "/comments$", status)

    done = run(repository.pull_request_step())

    assert done.code == 1  # because of the change, not of the comment
    (warning,) = done.warnings
    assert f"The comments were not read: Bitbucket answered {status}" in warning
    words = {401: "make a new one", 403: "Pull requests: Read", 404: "does not reach this repository"}
    assert words[status] in warning
    assert len(fake.reports) == len(fake.statuses) == 1


def test_a_token_that_is_wrong_altogether(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_orders.sql", HARMLESS)

    done = run(repository.pull_request_step(), BITBUCKET_ACCESS_TOKEN="expired-and-secret")

    assert done.code == 0
    assert [warning.split(":")[1].strip() for warning in done.warnings] == [
        "The Code Insights report was not made",
        "The comments were not read",
        "The build status was not set",
    ]
    assert "expired-and-secret" not in done.err


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_server_in_trouble_is_asked_again_when_it_says(
    fake: FakeBitbucket, repository: Repository, run: Run, waits: list[float], status: int
) -> None:
    repository.commit("2_orders.sql", HARMLESS)
    fake.fail_next("GET", "/comments$", status, headers={"Retry-After": "7"})
    fake.fail_next("PUT", "/reports/", status, times=2)
    fake.fail_next("POST", "/statuses/build$", status, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})

    done = run(repository.pull_request_step())

    assert (done.code, done.warnings) == (0, [])
    assert waits == [1.0, 2.0, 7.0, 0.0]
    assert len(fake.shown_comments()) == len(fake.reports) == len(fake.statuses) == 1


def test_a_server_that_stays_in_trouble_costs_a_warning(
    fake: FakeBitbucket, repository: Repository, run: Run, waits: list[float]
) -> None:
    repository.commit("2_orders.sql", HARMLESS)
    fake.fail_next("PUT", "/reports/", 502, body=b"<html>", times=9)
    fake.fail_next("GET", "/comments$", 429, headers={"Retry-After": "3600"})

    done = run(repository.pull_request_step())

    assert done.code == 0
    assert len(done.warnings) == 2
    assert "The Code Insights report was not made: Bitbucket answered 502." in done.warnings[0]
    assert "The comments were not read: Bitbucket answered 429" in done.warnings[1]
    assert waits == [1.0, 2.0, 4.0]
    assert only_status(fake)["state"] == "SUCCESSFUL"


def test_a_password_reaches_no_sink(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    password = "S3cr3t/p@ss"
    repository.commit("2_secret.sql", f"DO $$ BEGIN RAISE EXCEPTION 'with {password}'; END $$;\n")

    done = run(repository.pull_request_step(), SCHEMA_ACTION_CLOUD_TOKEN=password, DEBUG="true")

    assert done.code == 1
    sinks = [done.out, done.err, done.outputs.read_text(), str(fake.comments), str(fake.reports), str(fake.statuses)]
    assert not any(password in sink for sink in sinks)
    assert "with ***" in str(fake.comments)


def test_the_comment_holds_no_html(fake: FakeBitbucket, repository: Repository, run: Run) -> None:
    repository.commit("2_drop.sql", 'ALTER TABLE users DROP COLUMN mail; CREATE TABLE "a|b<i>" (id int);\n')

    run(repository.pull_request_step())

    # Bitbucket shows tags and HTML comments as they are written.
    assert re.findall(r"<[a-z/!][^>]*>", only_comment(fake)) == []
