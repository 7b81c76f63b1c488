from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import lint_results
import msgspec
import publications
import pytest
from conversation import Conversation
from hub import Hub

from schema_ci.declarations import CommentMode
from schema_ci.platforms.protocol import PlatformError, Status
from schema_ci.publish.artifacts import reports_directory
from schema_ci.publish.lint_publication import LintPublication
from schema_ci.publish.marker import marker_of
from schema_ci.publish.publish import publish
from schema_core.schema.results import LintResult

FAILED = lint_results.make()
PASSED = lint_results.clean()
NOTHING = msgspec.structs.replace(PASSED, files=(), server=None)


Go = Callable[..., tuple[Hub, Conversation]]


@pytest.fixture
def go(tmp_path: Path) -> Go:
    """Publishes a result of a run, to a conversation that stays."""
    conversation = Conversation()

    def publish_it(
        result: LintResult, run: int = 1, comment: CommentMode = "always", key: str = "db/migrations"
    ) -> tuple[Hub, Conversation]:
        hub = Hub(conversation, msgspec.structs.replace(publications.CONTEXT, run=(run, 1), root=str(tmp_path)))
        publish(hub, the_publication(hub, result, comment=comment, key=key))
        return hub, conversation

    return publish_it


def the_publication(hub: Hub, result: LintResult, **changes: object) -> LintPublication:
    key = str(changes.get("key", "db/migrations"))
    return publications.publication(result, context=hub.context, reports=reports_directory(key), **changes)


@pytest.mark.parametrize(
    ("mode", "commented"),
    [
        ("always", [FAILED, PASSED, NOTHING]),
        ("changes", [FAILED, PASSED]),
        ("failures", [FAILED]),
        ("off", []),
    ],
)
@pytest.mark.parametrize("result", [FAILED, PASSED, NOTHING])
def test_a_mode_decides_what_makes_a_comment(
    go: Go, mode: CommentMode, commented: list[LintResult], result: LintResult
) -> None:
    _, conversation = go(result, comment=mode)

    assert bool(conversation.comments) is (result in commented)


@pytest.mark.parametrize("mode", ["changes", "failures"])
def test_a_comment_that_is_there_is_updated_in_any_mode(go: Go, mode: CommentMode) -> None:
    go(FAILED, 1)
    _, conversation = go(NOTHING, 2, mode)

    (text,) = conversation.comments.values()
    assert text.startswith("✅")


def test_a_mismatch_is_commented_in_every_mode_but_off(go: Go) -> None:
    _, conversation = go(lint_results.mismatch(), comment="changes")

    assert len(conversation.comments) == 1


def test_the_status_leads_to_the_comment_and_the_summary_has_no_marker(go: Go) -> None:
    hub, conversation = go(FAILED)

    assert hub.statuses == [
        Status(
            state="failure",
            name="schema-action migrate/lint (db/migrations)",
            description="FAILED: 1 error, 1 warning in 1 new file",
            url="https://git.example.org/1#1",
        )
    ]
    (comment,) = conversation.comments.values()
    (summary,) = hub.summaries
    assert comment.startswith(summary)
    assert marker_of(summary) is None
    assert not hub.warnings


def test_an_older_run_says_that_it_left_the_comment(go: Go) -> None:
    go(FAILED, 2)
    hub, conversation = go(PASSED, 1)

    assert hub.notices == ["The comment is about a newer run already and was left as it is."]
    (text,) = conversation.comments.values()
    assert text.startswith("### ❌")


def test_a_write_over_ours_is_put_right_at_the_end(tmp_path: Path) -> None:
    conversation = Conversation()
    old = Hub(conversation, msgspec.structs.replace(publications.CONTEXT, run=(1, 1), root=str(tmp_path)))
    new = Hub(conversation, msgspec.structs.replace(publications.CONTEXT, run=(2, 1), root=str(tmp_path)))
    publish(old, the_publication(old, PASSED))
    outdated = dict(conversation.comments)
    # The older run's write was on its way; it arrives while the newer run publishes its status.
    new.set_status = lambda _: conversation.comments.update(outdated)  # type: ignore[method-assign]

    publish(new, the_publication(new, FAILED))

    (text,) = conversation.comments.values()
    assert text.startswith("### ❌")


def test_two_jobs_of_a_run_are_told_to_take_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = Conversation()
    first, second = (
        Hub(conversation, msgspec.structs.replace(publications.CONTEXT, root=str(tmp_path))) for _ in range(2)
    )
    monkeypatch.setattr("time.time_ns", lambda: 2_000_000_000)
    publish(second, the_publication(second, PASSED))
    monkeypatch.setattr("time.time_ns", lambda: 1_000_000_000)
    publish(first, the_publication(first, FAILED))

    assert first.warnings == [
        "Another job of this run wrote the same comment, which was left as it is; give each job its own input label."
    ]


def test_a_channel_that_fails_is_a_warning_and_stops_no_other(go: Go, tmp_path: Path) -> None:
    def refuse(name: str) -> None:
        raise PlatformError("The comment was not posted: 403.", "Give the job pull-requests: write.")

    conversation = Conversation(refuse)
    hub = Hub(conversation, msgspec.structs.replace(publications.CONTEXT, root=str(tmp_path)))
    address = publish(hub, the_publication(hub, FAILED))

    assert hub.warnings == ["The comment was not posted: 403. Give the job pull-requests: write."]
    assert address == publications.CONTEXT.run_url
    assert hub.statuses


def test_the_reports_are_files(go: Go, tmp_path: Path) -> None:
    go(FAILED)
    directory = tmp_path / reports_directory("db/migrations")

    assert {path.name for path in directory.iterdir()} == {
        "code-quality.json",
        "junit.xml",
        "report.json",
        "report.md",
        "report.sarif",
    }
    assert (directory / "report.md").read_text().startswith("### ❌ Migration lint FAILED")
    assert (tmp_path / "schema-action-reports" / ".gitignore").read_text() == "*\n"


def test_reports_of_keys_that_read_alike_are_apart() -> None:
    directories = {reports_directory(key) for key in ("a/b", "a-b", "a b", "../..", "", "ä", "x" * 300)}

    assert len(directories) == 7
    assert all(len(name) < 90 and ".." not in name for name in directories)


@pytest.mark.parametrize(
    ("mode", "result", "only_update"),
    [("always", PASSED, False), ("failures", FAILED, False), ("failures", PASSED, True), ("changes", NOTHING, True)],
)
def test_a_comment_that_could_not_be_written_is_left_as_a_bundle(
    tmp_path: Path, mode: CommentMode, result: LintResult, only_update: bool
) -> None:
    hub = Hub(None, msgspec.structs.replace(publications.CONTEXT, root=str(tmp_path)))
    publish(hub, the_publication(hub, result, comment=mode))

    assert json.loads((tmp_path / reports_directory("db/migrations") / "bundle.json").read_text()) == {
        "schema_version": 1,
        "action": "migrate/lint",
        "key": "db/migrations",
        "path_prefix": "db/migrations",
        "commit": publications.COMMIT,
        "pull_request": 3,
        "only_update": only_update,
    }


@pytest.mark.parametrize("changes", [{"comment": "off"}, {"pull_request": None}, {}])
def test_there_is_no_bundle_when_there_is_nothing_left_to_write(tmp_path: Path, changes: dict[str, str]) -> None:
    left_over = Hub(None, msgspec.structs.replace(publications.CONTEXT, root=str(tmp_path)))
    publish(left_over, the_publication(left_over, FAILED))
    context = msgspec.structs.replace(publications.CONTEXT, root=str(tmp_path))
    if "pull_request" in changes:
        context = msgspec.structs.replace(context, pull_request=None)
    hub = Hub(None if changes else Conversation(), context)

    publish(hub, the_publication(hub, FAILED, comment=changes.get("comment", "always")))

    assert not list(tmp_path.glob("**/bundle.json"))
