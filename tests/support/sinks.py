"""Every platform against the fake of its API, with all that a publication makes it say: logs, requests, files."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import fake_github
import msgspec
from bitbucket_step import TOKEN
from fake_bitbucket import FakeBitbucket
from fake_bitbucket_server import BitbucketServer, CredentialFreeProxy
from fake_github_state import PullRequest, Token
from fake_gitlab import FakeGitLab, fake_gitlab
from github_shop import event
from gitlab_shop import BOT, job_variables

from schema_ci.platforms import bitbucket_api
from schema_ci.platforms.protocol import Platform
from schema_ci.platforms.registry import platform_of
from schema_ci.publish.artifacts import reports_directory
from schema_ci.publish.lint_publication import LintPublication
from schema_ci.publish.publish import publish

COMMIT = "a" * 40
PREFIX = "db/migrations"


@dataclass
class Said:
    """What one run said. ``sent`` are the bodies of the requests, ``files`` those below the checkout's root."""

    log: str
    sent: list[Any]
    files: dict[str, str] = field(default_factory=dict)

    def everything(self) -> str:
        """All of it as one text."""
        return "\n".join(
            [self.log, *(json.dumps(body, ensure_ascii=False) for body in self.sent), *self.files.values()]
        )

    def texts(self) -> Iterator[str]:
        """Every string of every request."""
        for body in self.sent:
            yield from _strings(body)


@dataclass
class Place:
    """A platform's variables, the root of the checkout, and the requests that arrived."""

    environment: dict[str, str]
    root: Path
    sent: Callable[[], list[Any]]

    def say(self, make: Callable[[Platform], LintPublication], outputs: dict[str, str]) -> Said:
        """Publish on a platform of this place, set the outputs and finish."""
        already = len(self.sent())
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            platform = platform_of(self.environment)
            publish(platform, make(platform))
            for name, value in outputs.items():
                platform.set_output(name, value)
            for say in (platform.log, platform.notice, platform.warning, platform.error):
                say("\n".join(outputs.values()))
            platform.finish()
        files = {
            path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8")
            for path in self.root.rglob("*")
            if path.is_file()
        }
        return Said(out.getvalue(), self.sent()[already:], files)


def publication_on(platform: Platform, **fields: Any) -> LintPublication:
    """A publication of a run on this platform."""
    key = fields["key"]
    return LintPublication(
        action="migrate/lint",
        path_prefix=PREFIX,
        context=platform.context,
        reports=reports_directory(key),
        check_run=True,
        **fields,
    )


@contextlib.contextmanager
def place(name: str, root: Path, file: str) -> Iterator[Place]:
    """The place of this name; ``file`` is what the pull request adds."""
    with _PLACES[name](root, file) as found:
        yield found


@contextlib.contextmanager
def _local(root: Path, file: str) -> Iterator[Place]:
    with contextlib.chdir(root):
        yield Place({}, root, list)


@contextlib.contextmanager
def _github(root: Path, file: str) -> Iterator[Place]:
    payload = event("pull_request.opened")
    payload["number"] = payload["pull_request"]["number"] = 7
    payload["pull_request"]["head"].update(sha=COMMIT)
    (root.parent / "event.json").write_bytes(msgspec.json.encode(payload))
    with fake_github.running() as fake:
        fake.repository.tokens["secret"] = Token(writes=frozenset({"pull-requests", "statuses", "checks"}))
        files = {f"{PREFIX}/{file}": "@@ -0,0 +1,99 @@\n" + "+x\n" * 99}
        fake.repository.pulls[7] = PullRequest(7, COMMIT, files=files)
        environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(root.parent / "event.json"),
            "GITHUB_REPOSITORY": "octo/shop",
            "GITHUB_SHA": "d" * 40,
            "GITHUB_RUN_ID": "41",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_API_URL": fake.api_url,
            "GITHUB_SERVER_URL": fake.server_url,
            "GITHUB_WORKSPACE": str(root),
            "GITHUB_OUTPUT": str(root / "output"),
            "GITHUB_STEP_SUMMARY": str(root / "summary"),
            "INPUT_TOKEN": "secret",
        }
        yield Place(environment, root, lambda: [seen.body for seen in fake.requests if seen.body is not None])


@contextlib.contextmanager
def _gitlab(root: Path, file: str) -> Iterator[Place]:
    sent: list[Any] = []
    with fake_gitlab(tokens={"glpat-bot": BOT}) as fake:
        fake.head_sha = COMMIT
        fake.add_diff(f"{PREFIX}/{file}", added=99)
        carry_out = FakeGitLab.answer

        def answer(self: FakeGitLab, request: Any) -> Any:
            if request.body:
                sent.append(json.loads(request.body))
            return carry_out(self, request)

        with patch.object(FakeGitLab, "answer", answer):
            yield Place(job_variables(fake, root, 100, COMMIT), root, lambda: sent)


@contextlib.contextmanager
def _bitbucket(root: Path, file: str) -> Iterator[Place]:
    fake = FakeBitbucket()
    fake.accept_access_token(TOKEN)
    environment = {
        "CI": "true",
        "BITBUCKET_BUILD_NUMBER": "41",
        "BITBUCKET_REPO_FULL_NAME": "acme/shop",
        "BITBUCKET_BRANCH": "feature",
        "BITBUCKET_COMMIT": COMMIT,
        "BITBUCKET_CLONE_DIR": str(root),
        "BITBUCKET_PR_ID": "7",
        "BITBUCKET_PR_DESTINATION_BRANCH": "main",
        "BITBUCKET_ACCESS_TOKEN": TOKEN,
    }
    with (
        BitbucketServer(fake) as server,
        CredentialFreeProxy(fake, port=0) as proxy,
        patch.object(bitbucket_api, "API", server.url),
        patch.object(bitbucket_api, "PROXY_PORT", proxy.port),
    ):
        yield Place(environment, root, lambda: [seen.body for seen in fake.requests if seen.body is not None])
    assert fake.violations == []


_PLACES = {"local": _local, "github": _github, "gitlab": _gitlab, "bitbucket": _bitbucket}
PLACES = tuple(_PLACES)


def commands(log: str) -> list[str]:
    """What GitHub's runner takes for commands: the old and the new form."""
    return re.findall(r"(?m)^\s*::[^:\s]+(?: [^:]*)?::|##\[[^\]]*\]", log)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
