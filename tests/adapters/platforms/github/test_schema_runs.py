"""``schema/plan`` and ``schema/apply`` as steps of a GitHub workflow, on a real database."""

from __future__ import annotations

import pytest
from fake_github import FakeGitHub
from github_runner import Finished
from github_shop import Shop, event

from schema_core.dialects.registry import dialect_of_url

US = "github-actions[bot]"
SCHEMA = "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, mail text);\n"


@pytest.fixture
def given(database: str) -> dict[str, str]:
    """The inputs of a plan for a database in which one table is missing a column."""
    session = dialect_of_url(database).connect(database)
    session.execute("CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL)")
    session.close()
    return {"from": f"{database}&password=pa55w0rdx", "to": "file://schema.sql"}


def plan(shop: Shop, given: dict[str, str], *, fork: bool = False) -> Finished:
    (shop.clone / "schema.sql").write_text(SCHEMA)
    shop.commit({})
    merge = shop.open(fork=fork)
    payload = shop.pull_request("pull_request.fork" if fork else "pull_request.opened")
    return run(shop, "schema/plan", given, "pull_request", payload, "refs/pull/7/merge", merge)


def run(shop: Shop, uses: str, given: dict[str, str], name: str, payload: object, ref: str, sha: str) -> Finished:
    shop.runs += 1
    runner = shop.runner(ref, sha)
    runner.run_id = 100 + shop.runs
    return runner.run(uses, given, event=name, payload=payload, ref=ref, sha=sha)  # type: ignore[arg-type]


def test_a_pull_request_shows_the_plan_and_a_push_applies_it(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    planned = plan(shop, given)
    assert planned.code == 0, planned.log
    (comment,) = github.repository.bodies(7, US)
    assert "Schema plan PLANNED: 1 statement" in comment
    assert "ADD COLUMN mail text" in comment
    assert "proven on PostgreSQL" in comment
    assert planned.outputs["digest"] in comment
    assert planned.outputs["digest"] in planned.summary
    assert "#issuecomment-" in planned.outputs["link"]
    (status,) = github.repository.statuses
    assert (status["state"], status["context"]) == ("success", "schema-action schema/plan (schema.sql)")

    again = plan(shop, given)
    assert again.outputs["digest"] == planned.outputs["digest"]
    assert len(github.repository.bodies(7, US)) == 1

    sha = shop.git("rev-parse", "HEAD")
    inputs = {"url": given["from"], "to": given["to"], "plan": planned.outputs["digest"]}
    applied = run(shop, "schema/apply", inputs, "push", event("push"), "refs/heads/main", sha)
    assert applied.code == 0, applied.log
    assert applied.outputs["status"] == "applied"
    assert "Schema apply APPLIED: 1 statement" in applied.summary
    assert github.repository.statuses[-1]["context"] == "schema-action schema/apply (schema.sql)"
    said = "".join([comment, *(f"{one.log}{one.summary}{one.outputs}" for one in (planned, again, applied))])
    assert "pa55w0rdx" not in said


def test_a_fork_gets_at_no_database(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    done = plan(shop, given, fork=True)
    assert done.code == 2
    assert "must never get at a database" in done.log
    assert github.repository.bodies(7, US) == []


def test_neither_does_a_workflow_that_a_forks_run_started(shop: Shop, given: dict[str, str]) -> None:
    payload = event("workflow_run")
    payload["workflow_run"]["head_repository"]["full_name"] = "eve/shop"
    sha = shop.git("rev-parse", "main")
    done = run(shop, "schema/plan", given, "workflow_run", payload, "refs/heads/main", sha)
    assert done.code == 2
    assert "must never get at a database" in done.log
