"""Workflows of a consumer, run by act in the real image against the stand-in for GitHub's API."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from act import RUNNER, Finished, released_actions, run_workflow
from fake_github import FakeGitHub
from fake_github_state import Token
from github_shop import DIRECTORY, Shop

US = "github-actions[bot]"
USERS = "CREATE TABLE users (id bigint PRIMARY KEY, mail text);\n"
ORDERS = {"20260201000000_orders.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n"}
DROP = {"20260202000000_drop.sql": "ALTER TABLE users DROP COLUMN mail;\n"}
SLOW = {"20260201000000_slow.sql": "CREATE INDEX users_mail ON users (mail);\n"}
BROKEN = {"20260201000000_broken.sql": "ALTER TABLE nobody ADD COLUMN a int;\n"}
REPORTS = {"code-quality.json", "junit.xml", "report.json", "report.md", "report.sarif"}

WORKFLOW = f"""\
name: CI
on: pull_request
permissions:
  contents: read
  pull-requests: write
  statuses: write
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - id: lint
        uses: org/schema-action/migrate/lint@v1
        with:
          dir: file://{DIRECTORY}
      - if: always()
        run: |
          echo "verdict is ${{{{ steps.lint.outputs.verdict }}}} of ${{{{ steps.lint.outputs.files }}}} files"
          test -s "${{{{ steps.lint.outputs.json }}}}"
"""

# The job's container joins the network of its services, and act lets the action share that; on GitHub an action is in
# that network anyway. The stand-in for the API is not in it, so there is no token.
SERVICE = f"""\
name: CI
on: pull_request
jobs:
  lint:
    runs-on: ubuntu-latest
    container: {RUNNER}
    services:
      postgres:
        image: postgres:18
        env:
          POSTGRES_PASSWORD: pass-word
        options: >-
          --health-cmd pg_isready --health-interval 1s --health-timeout 5s --health-retries 30
    steps:
      - uses: actions/checkout@v4
      - id: lint
        uses: org/schema-action@v1
        with:
          dir: file://{DIRECTORY}
          dev-url: postgres://postgres:pass-word@postgres:5432/postgres
          token: ""
      - run: echo "verdict is ${{{{ steps.lint.outputs.verdict }}}}"
"""


@pytest.fixture
def shop(github: FakeGitHub, tmp_path: Path) -> Shop:
    made = Shop(github, tmp_path)
    made.commit({"20260101000000_users.sql": USERS})
    made.branch("change")
    return made


@pytest.fixture
def run(shop: Shop, container_image: str, tmp_path: Path) -> Callable[..., Finished]:
    """A function that pushes the branch and runs a workflow for its pull request, which may come from a fork."""
    actions = released_actions(tmp_path / "actions", container_image)

    def once(workflow: str, *, fork: bool = False) -> Finished:
        shop.runs += 1
        merge = shop.open(fork=fork)
        checkout = tmp_path / f"checkout-{shop.runs}"
        for words in (
            ("clone", "--quiet", str(shop.remote), str(checkout)),
            ("-C", str(checkout), "fetch", "--quiet", "origin", merge),
            ("-C", str(checkout), "checkout", "--quiet", merge),
            # act reads the repository's name here.
            ("-C", str(checkout), "remote", "set-url", "origin", "https://github.com/octo/shop.git"),
        ):
            subprocess.run(["git", *words], check=True, capture_output=True)
        return run_workflow(
            workflow,
            checkout=checkout,
            home=tmp_path / "home",
            actions=actions,
            event="pull_request",
            payload=shop.pull_request("pull_request.fork" if fork else "pull_request.opened"),
            variables={"GITHUB_API_URL": shop.github.api_url, "GITHUB_RUN_ID": str(100 + shop.runs)},
            token="secret",
        )

    return once


def test_pushes_to_a_pull_request(run: Callable[..., Finished], shop: Shop, github: FakeGitHub) -> None:
    """Nothing for the database, a clean change, a bad one: one comment that follows."""
    shop.commit({})
    done = run(WORKFLOW)
    assert done.code == 0, done.log
    assert "verdict is passed of 0 files" in done.log
    (nothing,) = github.repository.bodies(7, US)
    assert "no new" in nothing.lower()

    shop.commit(ORDERS)
    done = run(WORKFLOW)
    assert done.code == 0, done.log
    (clean,) = github.repository.bodies(7, US)
    assert "PASSED: no findings in 1 new file" in clean

    head = shop.commit(DROP)
    done = run(WORKFLOW)
    assert done.code == 1, done.log
    assert "verdict is failed of 2 files" in done.log
    (bad,) = github.repository.bodies(7, US)
    assert "DS103" in bad
    assert head[:12] in bad
    assert f"::error file={DIRECTORY}/20260202000000_drop.sql,line=1" in done.log
    assert [status["state"] for status in github.repository.statuses] == ["success", "success", "failure"]


@pytest.mark.parametrize(
    ("files", "hashed", "code", "command", "headline"),
    [
        (SLOW, True, 0, "::warning file={0}/20260201000000_slow.sql,line=1", "PASSED: 1 warning"),
        (BROKEN, True, 1, "::error file={0}/20260201000000_broken.sql,line=1", "1 new file does not replay"),
        (ORDERS, False, 1, "::error file={0}/atlas.sum", "FAILED: atlas.sum"),
    ],
    ids=["warnings", "replay failure", "tampered sum"],
)
def test_what_stands_on_github_afterwards(
    run: Callable[..., Finished],
    shop: Shop,
    github: FakeGitHub,
    tmp_path: Path,
    files: dict[str, str],
    hashed: bool,
    code: int,
    command: str,
    headline: str,
) -> None:
    shop.commit(files, hashed=hashed)
    done = run(WORKFLOW)
    assert done.code == code, done.log
    assert command.format(DIRECTORY) in done.log
    assert f"verdict is {'failed' if code else 'passed'} of" in done.log
    (comment,) = github.repository.bodies(7, US)
    assert headline in comment
    assert [status["state"] for status in github.repository.statuses] == ["failure" if code else "success"]
    assert _reports(tmp_path) == REPORTS


def test_a_fork_leaves_a_bundle(run: Callable[..., Finished], shop: Shop, github: FakeGitHub, tmp_path: Path) -> None:
    github.repository.tokens["secret"] = Token()
    shop.commit(SLOW)
    done = run(WORKFLOW, fork=True)
    assert done.code == 0, done.log
    assert "may only read" in done.log
    assert f"::warning file={DIRECTORY}/20260201000000_slow.sql,line=1" in done.log
    assert github.repository.bodies(7) == []
    assert github.repository.statuses == []
    assert _reports(tmp_path) == REPORTS | {"bundle.json"}


def _reports(tmp_path: Path) -> set[str]:
    """The files for the artifact that a run left in its checkout."""
    return {path.name for path in tmp_path.glob("checkout-1/schema-action-reports/*/*") if path.stat().st_size}


def test_a_service_by_its_name(run: Callable[..., Finished], shop: Shop, postgres_image: str) -> None:
    shop.commit(ORDERS)
    done = run(SERVICE.replace("postgres:18", postgres_image))
    assert done.code == 0, done.log
    assert "verdict is passed" in done.log
    assert "PostgreSQL 18" in done.log
