"""Runs that are for no pull request: where their base is, and that they end with annotations, summary and a status."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from fake_github import FakeGitHub
from github_shop import Shop, event

ORDERS = {"20260201000000_orders.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n"}
DROP = {"20260301000000_drop.sql": "ALTER TABLE users DROP COLUMN mail;\n"}


@pytest.fixture
def given(database: str) -> dict[str, str]:
    return {"dev-url": database}


def payload(name: str, **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(event(name)), **changes}


def test_a_push_to_main_is_judged_from_where_it_started(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    before = shop.git("rev-parse", "main")
    shop.git("checkout", "--quiet", "main")
    shop.commit(ORDERS)
    after = shop.commit(DROP)
    run = shop.run("push", payload("push", before=before, after=after), "refs/heads/main", after, given)
    assert run.code == 1, run.log
    assert run.outputs["files"] == "2"
    (status,) = github.repository.statuses
    assert (status["state"], status["url"].rpartition("/")[2]) == ("failure", after)
    assert status["target_url"] == run.outputs["url"] == f"{github.server_url}/octo/shop/actions/runs/101"
    assert github.repository.comments == {}
    assert "DS103" in run.summary
    assert run.annotations("error")


def test_a_push_of_a_new_branch_is_compared_with_the_default_branch(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    after = shop.commit(ORDERS)
    run = shop.run("push", payload("push.new_branch", after=after), "refs/heads/add-orders", after, given)
    assert run.code == 0, run.log
    assert run.outputs["files"] == "1"


def test_a_merge_group_is_compared_with_what_it_is_put_on(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    ahead = shop.commit(ORDERS)
    head = shop.commit(DROP)
    group = payload("merge_group")
    group["merge_group"].update(base_sha=ahead, head_sha=head)
    ref = "refs/heads/gh-readonly-queue/main/pr-7-" + ahead
    run = shop.run("merge_group", group, ref, head, given)
    assert run.code == 1, run.log
    assert run.outputs["files"] == "1"
    assert github.repository.statuses[0]["url"].endswith(head)


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_a_run_on_main_that_nobody_pushed(shop: Shop, github: FakeGitHub, given: dict[str, str], name: str) -> None:
    shop.git("checkout", "--quiet", "main")
    head = shop.commit(DROP)
    run = shop.run(name, payload(name), "refs/heads/main", head, given)
    assert run.code == 0, run.log
    assert run.outputs["files"] == "0"
    latest = shop.run(name, payload(name), "refs/heads/main", head, {**given, "latest": "1"})
    assert latest.code == 1
    assert latest.outputs["files"] == "1"


def test_a_base_that_cannot_be_had_is_an_error(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.git("checkout", "--quiet", "main")
    after = shop.commit(DROP)
    run = shop.run("push", payload("push", before="e" * 40, after=after), "refs/heads/main", after, given)
    assert run.code == 2, run.log
    (error,) = run.annotations("error")
    assert "eeeeeeeeeeee cannot be had" in error.message
    assert run.outputs == {}
