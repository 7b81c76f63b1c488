"""The image as a container action, by the contract of GitHub's runner, against the stand-in for its API."""

import json
import os
from functools import partial
from pathlib import Path

import pytest
from container_engine import Engine
from fake_github import FakeGitHub
from github_container import OWNER, ContainerRunner
from github_shop import DIRECTORY, Shop

US = "github-actions[bot]"
USERS = "CREATE TABLE users (id bigint PRIMARY KEY, mail text);\n"
ORDERS = {"20260201000000_orders.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n"}
DROP = {"20260202000000_drop.sql": "ALTER TABLE users DROP COLUMN mail;\n"}


@pytest.fixture
def shop(github: FakeGitHub, container_image: str, tmp_path: Path) -> Shop:
    """``main`` with one migration, and a branch that has just left it; its workflow runs the image."""
    machine = partial(ContainerRunner, image=container_image, remote=tmp_path / "remote.git")
    made = Shop(github, tmp_path, machine=machine)
    made.commit({"20260101000000_users.sql": USERS})
    made.branch("change")
    return made


def test_two_pushes_make_one_comment(shop: Shop, github: FakeGitHub) -> None:
    """A shallow checkout of another user, no network but the remote, the embedded server."""
    shop.commit(ORDERS)
    run = shop.lint()
    assert run.code == 0, run.log
    (comment,) = github.repository.bodies(7, US)
    assert "PASSED: no findings in 1 new file" in comment
    assert [status["state"] for status in github.repository.statuses] == ["success"]
    assert run.outputs["verdict"] == "passed"
    assert run.outputs["url"] == github.repository.statuses[0]["target_url"]
    assert "PASSED" in run.summary

    head = shop.commit(DROP)
    run = shop.lint()
    assert run.code == 1, run.log
    (comment,) = github.repository.bodies(7, US)
    assert "DS103" in comment
    assert head[:12] in comment
    assert github.repository.statuses[-1]["state"] == "failure"
    assert {(item.properties["file"], item.properties["line"]) for item in run.annotations("error")} >= {
        (f"{DIRECTORY}/20260202000000_drop.sql", "1")
    }
    assert (run.outputs["verdict"], run.outputs["files"]) == ("failed", "2")
    assert json.loads((run.workspace / run.outputs["json"]).read_text())["verdict"] == "failed"
    if os.geteuid() == 0:
        states = [path.lstat() for path in (run.workspace, *run.workspace.rglob("*"))]
        assert {(state.st_uid, state.st_gid) for state in states} == {OWNER}


def test_a_service_of_the_job(shop: Shop, engine: Engine, container_image: str, postgres_image: str) -> None:
    """A job with services has a network of its own. The stand-in for the API is not in it, so there is no token."""
    shop.commit(ORDERS)
    with engine.network() as network:
        shop.machine = partial(ContainerRunner, image=container_image, remote=shop.remote, network=network)
        options = ("--network", network, "--network-alias", "postgres", "--env", "POSTGRES_PASSWORD=pass-word")
        with engine.service(postgres_image, *options, wait=("pg_isready", "--host", "127.0.0.1")):
            run = shop.lint({"dev-url": "postgres://postgres:pass-word@postgres:5432/postgres", "token": ""})
    assert run.code == 0, run.log
    assert "PostgreSQL 18" in run.summary
    assert "pass-word" not in run.log.replace("::add-mask::pass-word", "")
