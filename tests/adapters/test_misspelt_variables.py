"""Variables that were meant to be inputs."""

from __future__ import annotations

import pytest

from schema_ci.main import run
from schema_ci.misspelt_variables import misspelt


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SCHEMA_ACTION_FAILON", "SCHEMA_ACTION_FAIL_ON"),
        ("SCHEMA_ACTION_DEVURL", "SCHEMA_ACTION_DEV_URL"),
        ("SCHEMA_ACTION_COMMENTS", "SCHEMA_ACTION_COMMENT"),
    ],
)
def test_what_was_meant_is_said(name: str, meant: str) -> None:
    assert list(misspelt([name])) == [(name, meant)]


@pytest.mark.parametrize(
    "name",
    [
        "SCHEMA_ACTION_FAIL_ON",
        "SCHEMA_ACTION_SEVERITY_COUNT",
        "SCHEMA_ACTION_SEVERITY_0",
        "SCHEMA_ACTION_OUTPUT_URL",
        "SCHEMA_ACTION_POSTGRES_BIN",
        "SCHEMA_ACTION_BOT_PASSWORD",
        "FAILON",
    ],
)
def test_what_is_read_or_may_be_somebody_elses_is_let_be(name: str) -> None:
    assert list(misspelt([name])) == []


def test_a_run_warns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for platform in ("GITHUB_ACTIONS", "GITLAB_CI", "BITBUCKET_BUILD_NUMBER"):
        monkeypatch.delenv(platform, raising=False)
    monkeypatch.setenv("SCHEMA_ACTION_FAILON", "never")
    assert run(["no/such"]) == 2
    assert "SCHEMA_ACTION_FAILON is no input and is not read; SCHEMA_ACTION_FAIL_ON is one." in capsys.readouterr().err
