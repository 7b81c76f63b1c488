"""A fake GitHub that knows the job's token, and a shop on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import fake_github
import msgspec
import pytest
from fake_github import FakeGitHub
from fake_github_state import PullRequest, Token
from github_shop import Shop, event

from schema_ci.platforms.github import GitHubPlatform
from schema_ci.publish.lint_publication import LintPublication
from schema_core.schema.findings import Finding, Severity
from schema_core.schema.results import FileReport, LintResult, Notice
from schema_core.schema.statements import Position, Span

MakePublication = Callable[..., LintPublication]
HEAD = "a" * 40

USERS = "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, mail text);\n"
RIGHTS = frozenset({"pull-requests", "statuses", "checks"})


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    """The server; its token may write everything."""
    with fake_github.running() as fake:
        fake.repository.tokens["secret"] = Token(writes=RIGHTS)
        yield fake


@pytest.fixture
def shop(github: FakeGitHub, tmp_path: Path) -> Shop:
    """``main`` with one migration, and a branch that has just left it."""
    made = Shop(github, tmp_path)
    made.commit({"20260101000000_users.sql": USERS})
    made.branch("add-orders")
    return made


@pytest.fixture
def variables(github: FakeGitHub, tmp_path: Path) -> dict[str, str]:
    github.repository.pulls[7] = PullRequest(7, HEAD)
    (tmp_path / "event.json").write_bytes(msgspec.json.encode(event("pull_request.opened")))
    return {
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": "octo/shop",
        "GITHUB_SHA": "d" * 40,
        "GITHUB_API_URL": github.api_url,
        "GITHUB_SERVER_URL": github.server_url,
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "INPUT_TOKEN": "secret",
    }


@pytest.fixture
def platform(variables: dict[str, str]) -> GitHubPlatform:
    return GitHubPlatform(variables)


@pytest.fixture
def make_publication(platform: GitHubPlatform) -> MakePublication:
    """A function that makes a result with findings of these severities."""

    def make(*levels: Severity) -> LintPublication:
        at = Position(0, 1, 1)
        findings = tuple(
            Finding(
                code="MF101",
                rule="unique-constraint",
                severity=level,
                message=f"Problem {number}",
                file="1.sql",
                span=Span(at, at),
                statement=None,
                certainty="observed",
            )
            for number, level in enumerate(levels)
        )
        result = LintResult(
            tool_version="1",
            verdict="failed" if "error" in levels else "passed",
            fail_on="error",
            directory="file://m",
            server=None,
            base_files=0,
            files=(FileReport(name="1.sql", change="added", findings=findings),),
            notices=(Notice(message="Something to know"),),
        )
        return LintPublication(
            action="migrate/lint", key="m", result=result, path_prefix="m", context=platform.context, reports="r"
        )

    return make
