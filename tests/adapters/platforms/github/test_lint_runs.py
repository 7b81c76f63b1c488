"""``migrate/lint`` from a workflow's step to the pull request, as a process with the runner's variables."""

from __future__ import annotations

import json

import pytest
from fake_github import FakeGitHub
from fake_github_state import Token
from github_shop import DIRECTORY, Shop

ORDERS = {"20260201000000_orders.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n"}
DROP = {"20260201000000_drop.sql": "ALTER TABLE users DROP COLUMN mail;\n"}
SLOW = {"20260201000000_slow.sql": "CREATE INDEX users_name ON users (name);\n"}
BROKEN = {"20260201000000_broken.sql": "ALTER TABLE nobody ADD COLUMN a int;\n"}
US = "github-actions[bot]"


@pytest.fixture
def given(database: str) -> dict[str, str]:
    return {"dev-url": database}


def test_a_clean_change(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    head = shop.commit(ORDERS)
    run = shop.lint(given)
    assert run.code == 0, run.log
    (comment,) = github.repository.bodies(7, US)
    assert "PASSED: no findings in 1 new file" in comment
    assert head[:12] in comment
    assert run.annotations("error") == run.annotations("warning") == []
    (status,) = github.repository.statuses
    assert (status["state"], status["url"].rpartition("/")[2]) == ("success", head)
    assert status["context"] == f"schema-action migrate/lint ({DIRECTORY})"
    assert status["target_url"] == run.outputs["url"]
    assert "#issuecomment-" in run.outputs["url"]
    assert run.outputs["verdict"] == "passed"
    assert [run.outputs[name] for name in ("files", "errors", "warnings", "notices")] == ["1", "0", "0", "0"]
    assert "PASSED: no findings" in run.summary


def test_files_merged_meanwhile_are_not_the_pull_requests(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    shop.commit({"20260401000000_orders.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n"})
    shop.open()
    payload = shop.pull_request()
    shop.git("checkout", "--quiet", "main")
    shop.commit({"20260301000000_drop.sql": DROP["20260201000000_drop.sql"]})
    merge = shop.merge_with_sums("add-orders")
    run = shop.run("pull_request", payload, "refs/pull/7/merge", merge, given)
    assert run.code == 0, run.log
    assert run.outputs["files"] == "1"
    assert "fetching the parents of the merge commit" in run.log


def test_warnings_annotate_and_pass(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(SLOW)
    run = shop.lint({**given, "severity": "PG101=warning"})
    assert run.code == 0, run.log
    levels = {level: run.annotations(level) for level in ("error", "warning")}
    assert levels["error"] == []
    places = {(item.properties["file"], item.properties["line"]) for item in levels["warning"]}
    assert places == {(f"{DIRECTORY}/20260201000000_slow.sql", "1")}
    assert run.outputs["warnings"] == str(len(levels["warning"]))
    assert github.repository.statuses[0]["state"] == "success"


def test_errors_fail_the_step(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(DROP)
    run = shop.lint(given)
    assert run.code == 1, run.log
    (error,) = [item for item in run.annotations("error") if item.properties["title"].startswith("DS103")]
    assert error.properties["file"] == f"{DIRECTORY}/20260201000000_drop.sql"
    assert "DS103" in github.repository.bodies(7, US)[0]
    assert github.repository.statuses[0]["state"] == "failure"
    assert run.outputs["verdict"] == "failed"
    workspace = run.workspace
    report = json.loads((workspace / run.outputs["json"]).read_text())
    sarif = json.loads((workspace / run.outputs["sarif"]).read_text())
    assert report["verdict"] == "failed"
    assert sarif["runs"][0]["results"]


def test_a_change_that_does_not_replay(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(BROKEN)
    run = shop.lint(given)
    assert run.code == 1, run.log
    (error,) = run.annotations("error")
    assert error.properties["title"] == "replay: Migration does not replay"
    assert 'relation "nobody" does not exist' in error.message
    assert "1 new file does not replay" in github.repository.bodies(7, US)[0]


def test_nothing_changed(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    (shop.clone / "README.md").write_text("Read me.")
    shop.commit({})
    run = shop.lint({**given, "comment": "changes"})
    assert run.code == 0, run.log
    assert github.repository.bodies(7) == []
    assert run.outputs["files"] == "0"
    assert github.repository.statuses[0]["description"] == "PASSED: no new files"


def test_a_tampered_sum(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(ORDERS, hashed=False)
    run = shop.lint(given)
    assert run.code == 1, run.log
    (error,) = run.annotations("error")
    assert error.properties["file"] == f"{DIRECTORY}/atlas.sum"
    assert "atlas.sum" in github.repository.bodies(7, US)[0]


def test_a_second_push_updates_the_comment_in_place(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(DROP)
    first = shop.lint(given)
    shop.commit(dict.fromkeys(DROP, ORDERS["20260201000000_orders.sql"]))
    second = shop.lint(given, kind="pull_request.synchronize")
    assert (first.code, second.code) == (1, 0), second.log
    assert first.outputs["url"] == second.outputs["url"]
    (comment,) = github.repository.bodies(7, US)
    assert "PASSED" in comment
    assert [status["state"] for status in github.repository.statuses] == ["failure", "success"]


def test_the_same_result_again_writes_nothing_new(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(ORDERS)
    shop.lint(given)
    shop.lint(given)
    assert len(github.repository.bodies(7, US)) == 1
    assert len(github.seen("POST", "/issues/7/comments")) == 1


def test_a_fork_gets_everything_that_needs_no_rights(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    github.repository.tokens["secret"] = Token()
    shop.commit(SLOW)
    run = shop.lint({**given, "check-run": "true"}, kind="pull_request.fork", fork=True)
    assert run.code == 0, run.log
    warnings = [item.message for item in run.annotations("warning") if "file" not in item.properties]
    assert len(warnings) == 1, warnings
    assert "may only read" in warnings[0]
    assert any(item.properties.get("file") for item in (*run.annotations("warning"), *run.annotations("notice")))
    assert "PG101" in run.summary
    assert github.repository.bodies(7) == []
    assert github.repository.statuses == []
    assert (run.workspace / run.outputs["reports"] / "bundle.json").is_file()


def test_a_read_only_token_is_one_warning_that_names_the_permissions(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    github.repository.tokens["secret"] = Token()
    shop.commit(SLOW)
    run = shop.lint(given)
    assert run.code == 0, run.log
    (warning,) = [item.message for item in run.annotations("warning") if "file" not in item.properties]
    assert "pull-requests: write" in warning
    assert "statuses: write" in warning
    assert "Resource not accessible by integration" in warning


def test_a_missing_right_to_set_statuses_is_named(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    github.repository.tokens["secret"] = Token(writes=frozenset({"pull-requests"}))
    shop.commit(ORDERS)
    run = shop.lint(given)
    assert run.code == 0
    (warning,) = run.annotations("warning")
    assert "statuses: write" in warning.message
    assert len(github.repository.bodies(7, US)) == 1


def test_pull_request_target_of_a_fork_may_comment(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(ORDERS)
    run = shop.lint(given, kind="pull_request_target", fork=True)
    assert run.code == 0, run.log
    assert len(github.repository.bodies(7, US)) == 1


def test_a_spoofed_marker_is_left_alone(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(ORDERS)
    shop.lint(given)
    (ours,) = github.repository.bodies(7, US)
    github.repository.comments.clear()
    spoofed = github.repository.say(7, "eve", ours)
    run = shop.lint(given)
    assert run.code == 0
    assert github.repository.comments[spoofed]["body"] == ours
    assert len(github.repository.bodies(7, US)) == 1
    assert not github.seen("PATCH", f"/comments/{spoofed}")
    assert not github.seen("DELETE", f"/comments/{spoofed}")


def test_our_comment_is_found_behind_hundreds_of_others(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    for number in range(250):
        github.repository.say(7, "ada", f"Comment {number}")
    shop.commit(DROP)
    first = shop.lint(given)
    shop.commit(dict.fromkeys(DROP, ORDERS["20260201000000_orders.sql"]))
    second = shop.lint(given)
    assert (first.code, second.code) == (1, 0)
    (comment,) = github.repository.bodies(7, US)
    assert "PASSED" in comment


def test_two_runs_that_create_at_once_leave_one_comment(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(DROP)
    shop.lint(given)
    (other,) = github.repository.bodies(7, US)
    github.repository.comments.clear()
    shop.commit(dict.fromkeys(DROP, ORDERS["20260201000000_orders.sql"]))
    github.before("POST", "/issues/7/comments", lambda: github.repository.say(7, US, other))
    run = shop.lint(given)
    assert run.code == 0, run.log
    (comment,) = github.repository.bodies(7, US)
    assert "PASSED" in comment


def test_an_older_run_does_not_overwrite_a_newer_one(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(ORDERS)
    shop.lint(given, run=900)
    (newer,) = github.repository.bodies(7, US)
    shop.commit({"20260301000000_drop.sql": DROP["20260201000000_drop.sql"]})
    run = shop.lint(given, run=800)
    assert run.code == 1
    assert github.repository.bodies(7, US) == [newer]
    assert any("newer run" in item.message for item in run.annotations("notice"))


def test_two_directories_have_a_comment_each(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(ORDERS)
    shop.lint({**given, "label": "shop"})
    shop.lint({**given, "label": "billing"})
    assert len(github.repository.bodies(7, US)) == 2
    assert {status["context"] for status in github.repository.statuses} == {
        "schema-action migrate/lint (shop)",
        "schema-action migrate/lint (billing)",
    }


def test_the_root_action_lints_by_default(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(ORDERS)
    run = shop.lint(given, uses=".")
    assert run.code == 0, run.log
    assert len(github.repository.bodies(7, US)) == 1


def test_a_bad_input_is_an_error_of_its_own(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit(ORDERS)
    run = shop.lint({**given, "fail-on": "sometimes"})
    assert run.code == 2
    (error,) = run.annotations("error")
    assert "fail-on" in error.message
    assert github.requests == []


def test_inputs_of_the_incumbent_are_taken_with_a_notice(shop: Shop, given: dict[str, str]) -> None:
    shop.commit(ORDERS)
    run = shop.lint({**given, "dir-name": "shop", "tag": "latest"})
    assert run.code == 0, run.log
    assert {"dir-name", "tag"} <= {
        word for item in run.annotations("notice") for word in item.message.replace(":", " ").split()
    }
