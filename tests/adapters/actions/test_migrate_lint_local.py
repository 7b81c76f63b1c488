"""The action without a platform: a real repository, a real server, a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schema_core.operations.migrate_hash import migrate_hash

_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "n@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def _run(where: Path, *arguments: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    given = {f"SCHEMA_ACTION_{name.upper()}": value for name, value in inputs.items()}
    return subprocess.run(
        [sys.executable, "-m", "schema_ci", *arguments],
        cwd=where,
        env={**os.environ, **_GIT, **given},
        capture_output=True,
        text=True,
        check=False,
    )


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True, env={**os.environ, **_GIT}, capture_output=True)


def _add(root: Path, name: str, text: str) -> None:
    (root / "db/migrations" / name).write_text(text)
    migrate_hash(f"file://{root}/db/migrations", "atlas")
    _git(root, "add", "--all")
    _git(root, "commit", "--message", name)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str) -> Path:
    """``main`` with a table, and a branch that has just left it."""
    for variable in ("GITHUB_ACTIONS", "GITLAB_CI", "BITBUCKET_BUILD_NUMBER"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("SCHEMA_ACTION_DEV_URL", database)
    root = tmp_path / "shop"
    (root / "db/migrations").mkdir(parents=True)
    _git(root, "init", "--initial-branch", "main")
    _add(root, "1_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, name text, mail text);\n")
    _git(root, "checkout", "-b", "feature")
    return root


def test_a_bad_change_fails_and_leaves_reports(repository: Path) -> None:
    _add(repository, "2_drop.sql", "ALTER TABLE users DROP COLUMN mail;\n")

    done = _run(repository, "migrate/lint", working_directory="db", fail_on="warning")

    assert done.returncode == 1, done.stderr
    assert "DS103" in done.stdout
    assert "db/migrations/2_drop.sql:1:1" in done.stdout
    outputs = dict(line.split("=", 1) for line in done.stderr.splitlines() if "=" in line and " " not in line)
    assert outputs["verdict"] == "failed"
    assert outputs["files"] == "1"
    report = json.loads((repository / outputs["json"]).read_text())
    assert [file["name"] for file in report["files"]] == ["2_drop.sql"]
    sarif = json.loads((repository / outputs["sarif"]).read_text())
    places = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in sarif["runs"][0]["results"]
    }
    assert places == {"db/migrations/2_drop.sql"}
    status = subprocess.run(["git", "status", "--short"], cwd=repository, capture_output=True, text=True, check=True)
    assert status.stdout == ""


def test_nothing_new_is_fine(repository: Path) -> None:
    done = _run(repository, "migrate/lint", dir="file://db/migrations")

    assert done.returncode == 0, done.stderr
    assert "files=0" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "inputs", "words"),
    [
        (["migrate/fly"], {}, "There is no action 'migrate/fly'"),
        ([], {}, "There is no action ''"),
        (["migrate/lint"], {"fail_on": "x"}, "The input fail-on takes"),
        (["migrate/lint"], {"working_directory": "nowhere"}, "There is no directory nowhere"),
        (["migrate/lint"], {"dir": "file:///etc"}, "outside the checkout"),
        (["migrate/lint"], {"dir": "file://db/migrations", "git_base": "nothing"}, "shares with nothing cannot be had"),
        (["migrate/lint"], {"dir": "file://db/migrations", "severity": "DS103"}, "CODE=error|warning|notice|off"),
    ],
)
def test_bad_input_is_one_sentence(repository: Path, arguments: list[str], inputs: dict[str, str], words: str) -> None:
    done = _run(repository, *arguments, **inputs)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_help_and_version(repository: Path) -> None:
    assert "migrate/lint" in _run(repository, "--help").stdout
    assert _run(repository, "--version").stdout.strip().count(".") == 2
