"""The image as a pipe of Bitbucket, with its embedded database and the real addresses of Bitbucket."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from bitbucket_pipe import STEP_HOST, Pipe, run_script
from bitbucket_step import TOKEN, Repository
from container_engine import Engine
from fake_bitbucket import FakeBitbucket
from fake_bitbucket_server import BitbucketServer, CredentialFreeProxy

DROP = "ALTER TABLE users DROP COLUMN mail;\n"
HARMLESS = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"


@dataclass
class Bitbucket:
    """The fake as a step's containers reach it."""

    fake: FakeBitbucket
    tunnel: dict[str, str]
    """Variables of a pipe that has a token."""


@pytest.fixture
def bitbucket(tmp_path: Path, repository: Repository) -> Iterator[Bitbucket]:
    fake = FakeBitbucket()
    fake.accept_access_token(TOKEN)
    (tmp_path / "storage").mkdir()
    everywhere = "0.0.0.0"
    with (
        BitbucketServer(fake, trustme.CA(), everywhere) as server,
        CredentialFreeProxy(fake, host=everywhere, repository=repository.root / "remote") as proxy,
    ):
        yield Bitbucket(fake, server.tunnel_environment(tmp_path / "storage", STEP_HOST))
        assert server.strangers + proxy.strangers == []
    assert fake.violations == []


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def pipe(engine: Engine, container_image: str, tmp_path: Path) -> Pipe:
    return Pipe(engine, container_image, tmp_path / "storage")


def _sourced(outputs: Path) -> str:
    """The verdict, as a line of the step that sources the file reads it."""
    line = '. ./.schema-action/outputs.sh && echo "$SCHEMA_ACTION_OUTPUT_VERDICT"'
    done = subprocess.run(
        ["sh", "-euc", line], cwd=outputs.parents[1], capture_output=True, text=True, check=True, env={}
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("files", "hashed", "variables", "code", "words"),
    [
        ({"2_orders.sql": HARMLESS}, True, {}, 0, "PASSED: no findings in 1 new file"),
        (
            {"2_drop.sql": DROP},
            True,
            {"SCHEMA_ACTION_SEVERITY": ["DS103=warning", "BC102=off"]},
            0,
            "PASSED: 2 warnings",
        ),
        ({"2_drop.sql": DROP}, True, {}, 1, "FAILED: 1 error"),
        ({"2_broken.sql": "SELECT nothing;\n"}, True, {}, 1, "FAILED: 1 new file does not replay"),
        ({}, True, {}, 0, "PASSED: no new files"),
        ({"2_orders.sql": HARMLESS}, False, {}, 1, "FAILED: atlas.sum"),
    ],
    ids=["clean", "warnings", "errors", "replay failure", "nothing changed", "tampered sum"],
)
def test_what_stands_on_bitbucket_afterwards(
    bitbucket: Bitbucket,
    repository: Repository,
    pipe: Pipe,
    files: dict[str, str],
    hashed: bool,
    variables: dict[str, str | list[str]],
    code: int,
    words: str,
) -> None:
    for name, text in files.items():
        repository.commit(name, text, hashed=hashed)

    done = pipe.run(
        repository.pull_request_step(),
        {"BITBUCKET_ACCESS_TOKEN": TOKEN, "NO_COLOR": "1", **bitbucket.tunnel, **variables},
    )

    assert (done.code, done.warnings) == (code, []), done.err
    assert words in done.out
    fake = bitbucket.fake
    (comment,) = fake.shown_comments()
    assert words in comment["content"]["raw"]
    (report,) = fake.reports.values()
    assert report.fields["result"] == ("FAILED" if code else "PASSED")
    (status,) = fake.statuses.values()
    assert status["state"] == ("FAILED" if code else "SUCCESSFUL")
    assert _sourced(done.outputs) == ("failed" if code else "passed")
    assert (done.outputs.parents[1] / "schema-action-reports").is_dir()


def test_a_second_push_updates_the_comment(bitbucket: Bitbucket, repository: Repository, pipe: Pipe) -> None:
    repository.commit("2_drop.sql", DROP)
    given = {"BITBUCKET_ACCESS_TOKEN": TOKEN, **bitbucket.tunnel}
    assert pipe.run(repository.pull_request_step(), given).code == 1
    repository.git("rm", "--quiet", "migrations/2_drop.sql")
    repository.commit("2_orders.sql", HARMLESS)

    assert pipe.run(repository.pull_request_step(), given).code == 0

    (comment,) = bitbucket.fake.shown_comments()
    assert "PASSED" in comment["content"]["raw"]


def test_the_proxy_of_pipelines_takes_no_token(bitbucket: Bitbucket, repository: Repository, pipe: Pipe) -> None:
    repository.commit("2_drop.sql", DROP)

    done = pipe.run(repository.pull_request_step(), {"NO_COLOR": "1"})

    assert (done.code, done.warnings) == (1, []), done.err
    assert "Notice: There is no comment on the pull request" in done.err
    assert len(bitbucket.fake.reports) == len(bitbucket.fake.statuses) == 1
    assert {request.way for request in bitbucket.fake.requests} == {"proxy"}
    # What root wrote in the container belongs to whom the clone belongs to.
    assert {path.stat().st_uid for path in done.outputs.parent.rglob("*")} == {done.outputs.parents[1].stat().st_uid}


def test_a_branchs_base_is_fetched_from_within_the_pipe(
    bitbucket: Bitbucket, repository: Repository, pipe: Pipe
) -> None:
    repository.commit("2_drop.sql", DROP)
    repository.git("checkout", "--quiet", "main")
    step = repository.fetches_through_pipelines(repository.branch_step())

    done = pipe.run(step, {"NO_COLOR": "1"})

    assert (done.code, done.warnings) == (1, []), done.err
    assert "FAILED: 1 error, 1 warning, 1 notice in 1 new file" in done.out


def test_variables_of_the_incumbents_pipe(bitbucket: Bitbucket, repository: Repository, pipe: Pipe) -> None:
    repository.commit("2_orders.sql", HARMLESS)

    done = pipe.run(
        repository.pull_request_step(),
        {"ATLAS_ACTION": "migrate/lint", "ATLAS_INPUT_DIR": "file://migrations", "ATLAS_INPUT_DIR_NAME": "shop"},
    )

    assert done.code == 0, done.err
    assert "ATLAS_ACTION is read as SCHEMA_ACTION_ACTION" in done.err
    assert "dir-name is ignored" in done.err


READY = ("pg_isready", "--host", "127.0.0.1")
SERVICE = ("--env", "POSTGRES_DB=dev", "--env", "POSTGRES_PASSWORD=throwaway")


def test_a_service_beside_the_pipe(
    bitbucket: Bitbucket, repository: Repository, pipe: Pipe, postgres_image: str
) -> None:
    repository.commit("2_drop.sql", DROP)
    with pipe.engine.service(postgres_image, *SERVICE, "--publish", "5432", wait=READY) as service:
        port = pipe.engine.docker("port", service, "5432/tcp").splitlines()[0].rpartition(":")[2]
        url = f"postgres://postgres:throwaway@{STEP_HOST}:{port}/dev?sslmode=disable"
        done = pipe.run(repository.pull_request_step(), {"SCHEMA_ACTION_DEV_URL": url, "NO_COLOR": "1"})

    assert (done.code, done.warnings) == (1, []), done.err
    assert "PostgreSQL 18" in done.out
    assert "throwaway" not in done.out + done.err + done.outputs.read_text() + str(bitbucket.fake.reports)


def test_localhost_in_a_pipe_is_answered_by_what_to_write(repository: Repository, pipe: Pipe, tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    repository.commit("2_drop.sql", DROP)
    url = "postgres://postgres:throwaway@localhost:5432/dev"

    done = pipe.run(repository.pull_request_step(), {"SCHEMA_ACTION_DEV_URL": url, "NO_COLOR": "1"})

    assert done.code == 2
    assert "a Bitbucket pipe: host.docker.internal" in done.err
    assert "throwaway" not in done.err


def test_the_steps_own_image_with_a_service_on_localhost(
    bitbucket: Bitbucket, repository: Repository, engine: Engine, container_image: str, postgres_image: str
) -> None:
    repository.commit("2_drop.sql", DROP)
    step = repository.pull_request_step()
    options = (*SERVICE, "--add-host", f"{STEP_HOST}:host-gateway")
    lines = [
        "export SCHEMA_ACTION_DIR=file://migrations",
        "export SCHEMA_ACTION_DEV_URL='postgres://postgres:throwaway@localhost:5432/dev?sslmode=disable'",
        "schema-action-ci migrate/lint",
    ]
    with engine.service(postgres_image, *options, wait=READY) as service:
        variables = {"BITBUCKET_ACCESS_TOKEN": TOKEN, "NO_COLOR": "1", **bitbucket.tunnel}
        done = run_script(engine, container_image, step, service, lines, variables)

    assert (done.code, done.warnings) == (1, []), done.err
    assert "PostgreSQL 18" in done.out
    assert len(bitbucket.fake.shown_comments()) == 1
