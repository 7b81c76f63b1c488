"""Webhooks against a real server: when they are told what, and that they never fail a run or give away a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import publications
import pytest
from action_process import run_action
from hub import Hub
from webhook_server import WebhookServer, webhook_server

from schema_ci.webhook import Webhook
from schema_core.text.slack import slack, slack_link


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    with webhook_server() as running:
        yield running


@pytest.fixture
def hub() -> Hub:
    return Hub(None, publications.CONTEXT)


@pytest.mark.parametrize(("on", "told"), [("failure", [True]), ("success", [False]), ("always", [True, False])])
def test_it_is_told_when_that_is_wanted(server: WebhookServer, hub: Hub, on: str, told: list[bool]) -> None:
    webhook = msgspec.convert({"url": server.url, "on": on}, Webhook)
    for failed in (True, False):
        webhook.tell(hub, "schema/apply (shop)", "FAILED <!channel> & more", failed=failed)
    assert [body["text"].startswith("❌") for body in server.received] == told
    assert all("&lt;!channel&gt; &amp; more" in body["text"] for body in server.received)
    assert "|run>" in json.dumps(server.received[0]["blocks"])


@pytest.mark.parametrize(
    ("answers", "attempts", "warned"),
    [([500, 429], 3, False), ([500, 502, 503], 3, True), ([404], 1, True), ([302], 1, True)],
)
def test_it_is_tried_again_where_that_may_help(
    server: WebhookServer, hub: Hub, answers: list[int], attempts: int, warned: bool
) -> None:
    server.answers = list(answers)
    Webhook(url=server.url, on="always", pauses=(0.0, 0.0)).tell(hub, "t", "h", failed=True)
    assert len(server.received) == attempts
    assert bool(hub.warnings) is warned


def test_nobody_there_is_a_warning(hub: Hub) -> None:
    with webhook_server() as gone:
        url = gone.url
    Webhook(url=url, on="always", pauses=()).tell(hub, "t", "h", failed=True)
    assert "could not be reached (ConnectError)" in hub.warnings[0]


def test_a_run_tells_how_it_ended_and_keeps_the_address(
    server: WebhookServer, tmp_path: Path, sqlite_file: str
) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE users (id bigint PRIMARY KEY);\n")
    server.answers = [404]
    given = {"to": "file://schema.sql", "webhook_url": server.url, "webhook_on": "always"}
    declined = run_action(tmp_path, "schema/apply", url=sqlite_file, **given)
    assert declined.returncode == 1
    assert "The webhook was not told how the run ended: it answered 404." in declined.stderr
    applied = run_action(tmp_path, "schema/apply", url=sqlite_file, auto_approve="true", **given)
    assert applied.returncode == 0
    broken = run_action(tmp_path, "schema/apply", url="postgres://u:pa55w0rdx@127.0.0.1:9/x", **given)
    assert broken.returncode == 2
    words = [body["text"] for body in server.received]
    assert ["NOT APPLIED" in words[0], "APPLIED: 1 statement" in words[1], len(words)] == [True, True, 3]
    said = "".join([*words, *(done.stdout + done.stderr for done in (declined, applied, broken))])
    assert "xoxSECRETxox" not in said
    assert "pa55w0rdx" not in said
    reports = "".join(path.read_text() for path in tmp_path.rglob("schema-action-reports/*/*"))
    assert reports
    assert "xoxSECRETxox" not in reports


def test_a_bad_address_ends_the_run_before_anything_is_done(tmp_path: Path, sqlite_file: str) -> None:
    done = run_action(tmp_path, "schema/apply", url=sqlite_file, to="file://x.sql", webhook_url="ftp://x/SECRETPATH")
    assert done.returncode == 2
    assert "The input webhook-url takes an address" in done.stderr
    assert "SECRETPATH" not in done.stderr


def test_a_link_is_one_only_to_the_web() -> None:
    assert slack_link("run <1>", "https://x.example/a?b=1&c=2") == "<https://x.example/a?b=1&amp;c=2|run &lt;1&gt;>"
    assert slack_link("run", "javascript:x") == "run"
    assert slack_link("run", "https://x.example/|y") == "run"
    assert slack("a\nb") == r"a\nb"
