"""Runs of actions in a step of Bitbucket Pipelines, against the fake of its API."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from bitbucket_step import GIT, TOKEN, Done, Repository, Run, Step
from fake_bitbucket import FakeBitbucket
from fake_bitbucket_server import BitbucketServer, CredentialFreeProxy

from schema_ci import main
from schema_ci.platforms import bitbucket_api
from schema_core.text import redact

_OF_PLATFORMS = ("BITBUCKET_", "SCHEMA_ACTION_", "ATLAS", "GITHUB_", "GITLAB_", "GIT_", "DEBUG")


@pytest.fixture(autouse=True)
def forgotten_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_patterns", {})


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The delays that were asked for; none of them is waited."""
    waited: list[float] = []
    clock = SimpleNamespace(sleep=waited.append, perf_counter=time.perf_counter, time=time.time)
    monkeypatch.setattr(bitbucket_api, "time", clock)
    return waited


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBitbucket]:
    """The API, which everything in this process takes for the real one; its contract must hold to the end."""
    fake = FakeBitbucket()
    fake.accept_access_token(TOKEN)
    with BitbucketServer(fake) as server, CredentialFreeProxy(fake, port=0) as proxy:
        monkeypatch.setattr(bitbucket_api, "API", server.url)
        monkeypatch.setattr(bitbucket_api, "PROXY_PORT", proxy.port)
        yield fake
        assert server.strangers + proxy.strangers == []
    assert fake.violations == []


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database: str) -> Run:
    """Run an action in this process as in a step."""

    def run(step: Step, *arguments: str, **variables: str) -> Done:
        given = {"BITBUCKET_ACCESS_TOKEN": TOKEN, "SCHEMA_ACTION_DEV_URL": database, "NO_COLOR": "1", **variables}
        with pytest.MonkeyPatch.context() as environment:
            for name in os.environ:
                if name.startswith(_OF_PLATFORMS) and name != "SCHEMA_ACTION_CACHE":
                    environment.delenv(name)
            for name, value in {**GIT, **step.variables, **given}.items():
                environment.setenv(name, value)
            environment.chdir(step.clone)
            capsys.readouterr()
            code = main.run(list(arguments))
            printed = capsys.readouterr()
        return Done(code, printed.out, printed.err, step.clone / ".schema-action/outputs.sh")

    return run
