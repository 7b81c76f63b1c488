"""The program as Pipelines starts it: its own process, the addresses of the real Bitbucket, nothing patched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from bitbucket_step import GIT, TOKEN, Repository, Step
from fake_bitbucket import FakeBitbucket
from fake_bitbucket_server import BitbucketServer, CredentialFreeProxy

DROP = "ALTER TABLE users DROP COLUMN mail;\n"


@pytest.fixture
def real(tmp_path: Path) -> Iterator[tuple[FakeBitbucket, dict[str, str]]]:
    """The fake behind https://api.bitbucket.org, the proxy of Pipelines on its port, and the variables to get there."""
    fake = FakeBitbucket()
    fake.accept_access_token(TOKEN)
    with BitbucketServer(fake, trustme.CA()) as server, CredentialFreeProxy(fake) as proxy:
        yield fake, server.tunnel_environment(tmp_path)
        assert server.strangers + proxy.strangers == []
    assert fake.violations == []


def _run(step: Step, database: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SCHEMA_ACTION_CACHE") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "schema_ci"],
        cwd=step.clone,
        env={**kept, **GIT, **step.variables, "SCHEMA_ACTION_DEV_URL": database, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_a_token(real: tuple[FakeBitbucket, dict[str, str]], repository: Repository, database: str) -> None:
    fake, environment = real
    repository.commit("2_drop.sql", DROP)

    done = _run(repository.pull_request_step(), database, BITBUCKET_ACCESS_TOKEN=TOKEN, **environment)

    assert done.returncode == 1, done.stderr
    assert "Warning" not in done.stderr
    assert len(fake.shown_comments()) == len(fake.reports) == len(fake.statuses) == 1
    assert {request.way for request in fake.requests} == {"tunnel"}
    assert TOKEN not in done.stdout + done.stderr


def test_without_one(real: tuple[FakeBitbucket, dict[str, str]], repository: Repository, database: str) -> None:
    fake, environment = real
    repository.commit("2_drop.sql", DROP)
    step = repository.pull_request_step()

    done = _run(step, database, **environment)

    assert done.returncode == 1, done.stderr
    assert "Warning" not in done.stderr
    assert len(fake.reports) == len(fake.statuses) == 1
    assert fake.comments[7] == []
    assert {request.way for request in fake.requests} == {"proxy"}
    sourced = subprocess.run(
        ["sh", "-euc", '. .schema-action/outputs.sh && echo "$SCHEMA_ACTION_OUTPUT_VERDICT"'],
        cwd=step.clone,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sourced.stdout == "failed\n"


def test_a_branch_whose_base_is_fetched_through_the_proxy(repository: Repository, database: str) -> None:
    repository.commit("2_drop.sql", DROP)
    for number in range(60):
        repository.git("commit", "--quiet", "--allow-empty", "--message", f"beyond the clone's depth {number}")
    repository.git("checkout", "--quiet", "main")
    step = repository.fetches_through_pipelines(repository.branch_step())
    fake = FakeBitbucket()

    with CredentialFreeProxy(fake, repository=repository.root / "remote") as proxy:
        done = _run(step, database)

    assert done.returncode == 1, done.stderr
    assert "fetching main" in done.stderr
    assert "Warning" not in done.stderr
    assert proxy.fetches > 2
    assert len(fake.reports) == 1
    assert fake.violations == []


def test_without_anybody_to_talk_to(repository: Repository, database: str) -> None:
    repository.commit("2_orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n")

    # In a pipe, whose host nobody resolves here.
    done = _run(repository.pull_request_step(), database, BITBUCKET_PIPE_STORAGE_DIR="/opt/pipe")

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("http://host.docker.internal:29418 cannot be reached") == 2


def test_bad_input_is_one_sentence(repository: Repository, database: str) -> None:
    done = _run(repository.pull_request_step(), database, SCHEMA_ACTION_FAIL_ON="sometimes", NO_COLOR="1")

    assert done.returncode == 2
    assert done.stderr == "Error: The input fail-on takes error, warning, notice, never, not 'sometimes'.\n"


def test_the_client_library_is_imported_for_a_request_only() -> None:
    code = "import sys, schema_ci.platforms.bitbucket; sys.exit('httpx' in sys.modules or 'ssl' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
