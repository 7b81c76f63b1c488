from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lint_results
import msgspec
import publications
import pytest
from conversation import Conversation
from hub import Hub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schema_ci.actions import comment
from schema_ci.context import PullRequest, RunContext
from schema_ci.manifest import COMMENT
from schema_ci.platforms.local import LocalPlatform
from schema_ci.platforms.protocol import Comments
from schema_ci.publish.artifacts import DIRECTORY, reports_directory
from schema_ci.publish.marker import marker_of
from schema_ci.publish.publish import publish
from schema_core.schema.errors import UserError
from schema_core.schema.results import LintResult

REQUEST = PullRequest(
    number=3, url="https://git.example.org/3", head=publications.COMMIT, base_branch="main", from_fork=True
)


class Ended:
    """A run that has ended, and the conversation of the pull requests that have its commit."""

    def __init__(
        self,
        conversation: Conversation,
        requests: Sequence[PullRequest] = (REQUEST,),
        run: int = 7,
        workflow: str = "11",
    ) -> None:
        self.context: RunContext = msgspec.structs.replace(publications.CONTEXT, pull_request=None, run=(run, 1))
        self.workflow = workflow
        self.requests = requests
        self.conversation = conversation
        self.asked: list[int] = []

    def pull_requests(self) -> Sequence[PullRequest]:
        return self.requests

    def comments(self, request: PullRequest) -> Comments:
        self.asked.append(request.number)
        return self.conversation


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def leave(root: Path, result: LintResult | None = None, key: str = "db/migrations") -> Path:
    """What a run without rights leaves."""
    hub = Hub(None, msgspec.structs.replace(publications.CONTEXT, root=str(root)))
    reports = reports_directory(key)
    publication = publications.publication(result or lint_results.make(), key=key, context=hub.context, reports=reports)
    publish(hub, publication)
    return root / reports


def change(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def go(root: Path, ended: Ended | None) -> Hub:
    hub = Hub(None, msgspec.structs.replace(publications.CONTEXT, event="workflow_run", root=str(root)))
    hub.ended = ended
    assert comment.run(COMMENT, hub) == 0
    return hub


def test_the_comment_of_a_run_without_rights_is_posted_and_updated(root: Path) -> None:
    leave(root)
    conversation = Conversation()
    hub = go(root, Ended(conversation))
    leave(root, lint_results.clean())
    again = go(root, Ended(conversation, run=8))

    (text,) = conversation.comments.values()
    assert hub.warnings == again.warnings == []
    assert hub.outputs == again.outputs == {"url": "https://git.example.org/1#1"}
    assert text.startswith("### ✅ Migration lint PASSED: no findings in 1 new file\n")
    assert "reported by a run of the pull request&#8217;s own code" in text or "own code, unverified" in text
    assert f"[Line 1]({publications.file_url('db/migrations/2.sql', 1)})" in text


def test_what_only_a_trusted_run_may_say_is_left_out(root: Path) -> None:
    leave(root)
    conversation = Conversation()
    go(root, Ended(conversation))

    (text,) = conversation.comments.values()
    assert "example.org/rules" not in text
    assert "Proven fix" not in text
    assert "git apply" not in text


def test_the_event_decides_about_commit_and_run(root: Path) -> None:
    directory = leave(root)
    change(directory / "bundle.json", commit="f" * 40)
    conversation = Conversation()

    hub = go(root, Ended(conversation))

    assert not conversation.comments
    assert "another commit than the run that has ended" in hub.warnings[0]


@pytest.mark.parametrize(
    ("numbers", "wished", "posted"), [([3, 4], 4, [4]), ([3, 4], 5, []), ([3], 99, [3]), ([], 3, [])]
)
def test_only_pull_requests_with_the_commit_are_commented_on(
    root: Path, numbers: list[int], wished: int, posted: list[int]
) -> None:
    change(leave(root) / "bundle.json", pull_request=wished)
    requests = [msgspec.structs.replace(REQUEST, number=number) for number in numbers]
    ended = Ended(Conversation(), requests)

    hub = go(root, ended)

    assert ended.asked == posted
    assert bool(ended.conversation.comments) is bool(posted)
    assert bool(hub.notices) is not bool(posted)


def test_a_bundle_cannot_touch_the_comment_of_a_trusted_run_or_of_another_workflow(root: Path) -> None:
    conversation = Conversation()
    trusted = Hub(conversation, msgspec.structs.replace(publications.CONTEXT, root=str(root)))
    publish(trusted, publications.publication(lint_results.make(), context=trusted.context, reports="x"))
    shutil.rmtree(root / "x")
    leave(root)
    go(root, Ended(conversation, workflow="12", run=100))
    before = list(conversation.comments.values())

    go(root, Ended(conversation, workflow="11", run=200))

    assert list(conversation.comments.values())[:2] == before
    assert len(conversation.comments) == 3


def test_a_newer_commits_comment_is_left(root: Path) -> None:
    leave(root)
    conversation = Conversation()
    go(root, Ended(conversation, run=9))
    (before,) = conversation.comments.values()

    go(root, Ended(conversation, run=8))

    assert list(conversation.comments.values()) == [before]


def test_only_so_many_comments_are_made_however_many_keys_there_are(root: Path) -> None:
    conversation = Conversation()
    for number in range(6):
        leave(root, key=f"first-{number}")
    go(root, Ended(conversation))
    shutil.rmtree(root / DIRECTORY)
    for number in range(12):
        leave(root, key=f"second-{number}")

    hub = go(root, Ended(conversation, run=8))

    assert len(conversation.comments) == 10
    assert hub.warnings[0] == "Of 12 bundles, 10 are looked at."
    assert all("10 such comments" in warning for warning in hub.warnings[1:])


def test_a_result_that_makes_no_comment_only_updates_one(root: Path) -> None:
    change(leave(root, lint_results.clean()) / "bundle.json", only_update=True)
    conversation = Conversation()
    go(root, Ended(conversation))
    assert not conversation.comments

    change(leave(root) / "bundle.json", only_update=False)
    go(root, Ended(conversation, run=8))
    change(leave(root, lint_results.clean()) / "bundle.json", only_update=True)
    go(root, Ended(conversation, run=9))

    (text,) = conversation.comments.values()
    assert text.startswith("### ✅")


def test_no_bundle_is_nothing_to_do(root: Path) -> None:
    (root / DIRECTORY).mkdir()

    assert go(root, Ended(Conversation())).outputs == {"url": ""}


def test_elsewhere_the_action_says_what_it_is_for(root: Path) -> None:
    with pytest.raises(UserError, match="needs GitHub and a workflow that begins with 'on: workflow_run'"):
        comment.run(COMMENT, LocalPlatform({}))


def test_the_directory_must_be_in_the_checkout(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    leave(outside)
    (root / DIRECTORY).symlink_to(outside)
    with pytest.raises(UserError, match="outside the checkout"):
        go(root, Ended(Conversation()))

    (root / DIRECTORY).unlink()
    with pytest.raises(UserError, match="There is no directory"):
        go(root, Ended(Conversation()))


def test_no_link_is_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = leave(tmp_path_factory.mktemp("outside"))
    (root / DIRECTORY / "a").mkdir(parents=True)
    (root / DIRECTORY / "a" / "b").symlink_to(outside)
    assert not go(root, Ended(Conversation())).warnings

    for name in ("bundle.json", "report.json"):
        directory = leave(root, key=name)
        (directory / name).unlink()
        (directory / name).symlink_to(outside / name)
    conversation = Conversation()
    hub = go(root, Ended(conversation))

    assert not conversation.comments
    assert len(hub.warnings) == 2
    assert all("cannot be read" in warning for warning in hub.warnings)


def test_what_is_no_file_or_too_large_is_refused(root: Path) -> None:
    pipe, large, folder = (leave(root, key=key) for key in ("pipe", "large", "folder"))
    (pipe / "report.json").unlink()
    os.mkfifo(pipe / "report.json")
    (large / "report.json").write_bytes(b" " * 5_000_001)
    (folder / "report.json").unlink()
    (folder / "report.json").mkdir()
    conversation = Conversation()
    hub = go(root, Ended(conversation))

    assert not conversation.comments
    assert sorted(warning.split(". ")[1] for warning in hub.warnings) == [
        "report.json cannot be read: Is a directory.",
        "report.json is larger than 5000000 bytes.",
        "report.json is not a file.",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bundle.json", "[]"),
        ("bundle.json", "{}"),
        ("bundle.json", "\xff"),
        ("bundle.json", "[" * 9000),
        ("report.json", "[" * 1_000_000),
        ("report.json", '{"files": ' + "[" * 1_000_000),
        ("report.json", "{}"),
        ("report.json", '"x"'),
    ],
)
def test_what_cannot_be_decoded_is_refused(root: Path, name: str, content: str) -> None:
    (leave(root) / name).write_text(content, encoding="latin-1")
    conversation = Conversation()
    hub = go(root, Ended(conversation))

    assert not conversation.comments
    assert f"{name} is not what schema-action writes" in hub.warnings[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "migrate/apply"},
        {"key": "x" * 201},
        {"path_prefix": "x" * 501},
        {"schema_version": 2},
        {"unknown": 1},
        {"pull_request": "3"},
        {"pull_request": 3.5},
        {"only_update": "yes"},
        {"key": None},
    ],
)
def test_a_bundle_that_is_odd_is_refused(root: Path, fields: dict[str, Any]) -> None:
    change(leave(root) / "bundle.json", **fields)
    conversation = Conversation()

    assert len(go(root, Ended(conversation)).warnings) == 1
    assert not conversation.comments


hostile = st.lists(
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(["](https://evil.example)", "<img src=x>", "@everyone", "-->", "```", "../../x", "::"]),
    ),
    max_size=4,
).map("".join)


@given(publications.results(hostile, hostile), hostile, hostile)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_bundle_says_no_link_leads_elsewhere(
    root: Path, result: LintResult, key: str, path_prefix: str
) -> None:
    shutil.rmtree(root / DIRECTORY, ignore_errors=True)
    directory = leave(root, result)
    change(directory / "bundle.json", key=key, path_prefix=path_prefix)
    conversation = Conversation()
    hub = go(root, Ended(conversation))

    assert not hub.warnings
    (text,) = conversation.comments.values()
    assert marker_of(text) is not None
    targets = [
        str(child.attrs["href"])
        for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
        for child in token.children or ()
        if child.type == "link_open"
    ]
    assert targets
    assert all(
        target.startswith(("https://git.example.org/acme/shop/", "https://github.com/org/schema-action/"))
        for target in targets
    )
    assert not any("/../" in target or "/./" in target for target in targets)
