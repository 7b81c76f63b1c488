"""What the runner reads of a step: inputs, outputs, the log, the summary."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_github import FakeGitHub
from github_runner import commands_of, outputs_of

from schema_ci.platforms.github import GitHubPlatform
from schema_ci.publish.lint_publication import LintPublication
from schema_core.text.terminal import terminal

MakePublication = Callable[..., LintPublication]
HEAD = "a" * 40


def test_inputs_keep_their_hyphens(variables: dict[str, str]) -> None:
    platform = GitHubPlatform({**variables, "INPUT_FAIL-ON": "never", "INPUT_DIR": ""})
    assert (platform.given("fail-on"), platform.given("dir"), platform.given("dev-url")) == ("never", "", None)


@pytest.mark.parametrize("value", ["passed", "", "a=b<<c", "one\ntwo\nend-0\n::error::x", "ünï\ud800"])
def test_an_output_is_read_back_by_the_runner(platform: GitHubPlatform, variables: dict[str, str], value: str) -> None:
    platform.set_output("verdict", value)
    platform.set_output("files", "1")
    found = outputs_of(Path(variables["GITHUB_OUTPUT"]).read_text())
    assert found == {"verdict": terminal(value), "files": "1"}


def test_the_runner_finds_commands_of_both_kinds() -> None:
    found = commands_of("say\n  ::error file=a%2Cb,line=2::x%0Ay\nsay ##[add-mask]z\n")
    assert [(command.name, command.properties, command.message) for command in found] == [
        ("error", {"file": "a,b", "line": "2"}, "x\ny"),
        ("add-mask", {}, "z"),
    ]


def test_log_lines_are_no_commands(platform: GitHubPlatform, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("::set-output name=x::y", "  ::error::x", "a ##[error]x", "one\n::error::two", "\x1b[31mred"):
        platform.log(text)
    out = capsys.readouterr().out
    assert commands_of(out) == []
    assert len(out.splitlines()) == 5
    assert "\x1b" not in out


@pytest.mark.parametrize("level", ["notice", "warning", "error"])
def test_a_message_is_one_command(platform: GitHubPlatform, capsys: pytest.CaptureFixture[str], level: str) -> None:
    getattr(platform, level)("one\n::error::two\r##[add-mask]three 100%")
    (command,) = commands_of(capsys.readouterr().out)
    assert (command.name, command.properties) == (level, {})
    assert command.message.startswith("one\n")


def test_annotations_keep_to_the_runners_budget(
    platform: GitHubPlatform, capsys: pytest.CaptureFixture[str], make_publication: MakePublication
) -> None:
    platform.notice("ignored input")
    platform.publish_findings(make_publication(*["warning"] * 30, *["notice"] * 3, *["error"] * 12))
    platform.warning("The comment was not posted.")
    found = commands_of(capsys.readouterr().out)
    levels = [command.name for command in found]
    assert levels == ["notice", *["error"] * 10, *["warning"] * 8, *["notice"] * 4, "warning"]
    assert found[10].message == "3 more errors: all are in the summary of the job."
    assert found[18].message == "23 more warnings: all are in the summary of the job."
    assert all(levels.count(level) <= 10 for level in set(levels))


def test_a_summary_fits(platform: GitHubPlatform, variables: dict[str, str]) -> None:
    path = Path(variables["GITHUB_STEP_SUMMARY"])
    platform.summary("# First\n")
    platform.summary("line with ünïcode\n" * 100_000)
    platform.summary("nothing more fits")
    data = path.read_bytes()
    assert len(data) <= 1024 * 1024
    assert len(data) > 1024 * 1024 - 1000
    assert data.startswith(b"# First\n\nline with")
    assert data.decode().rstrip().endswith("The reports are complete.")


def test_a_file_is_shown_at_the_head(platform: GitHubPlatform, github: FakeGitHub) -> None:
    address = platform.file_url("m/a file#1.sql", 3)
    assert address == f"{github.server_url}/octo/shop/blob/{HEAD}/m/a%20file%231.sql#L3"


def test_git_gets_the_token_for_this_server_only(variables: dict[str, str], tmp_path: Path) -> None:
    server = "https://git.example.org"
    platform = GitHubPlatform(
        {**variables, "GITHUB_SERVER_URL": server, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory"}
    )
    given = {**platform.git_credentials(), "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "clone")], check=True)
    checkout = ["config", f"http.{server}/.extraheader", "AUTHORIZATION: basic old"]
    subprocess.run(["git", "-C", str(tmp_path / "clone"), *checkout], check=True)

    def seen(url: str) -> list[str]:
        words = ["git", "-C", str(tmp_path / "clone"), "config", "--get-urlmatch", "http.extraheader", url]
        return subprocess.run(
            words, capture_output=True, text=True, env={**given, "PATH": "/usr/bin:/bin"}, check=False
        ).stdout.split()

    encoded = base64.b64encode(b"x-access-token:secret").decode()
    assert seen(f"{server}/octo/shop.git") == ["AUTHORIZATION:", "basic", encoded]
    assert seen("https://elsewhere.example.org/x.git") == []
    listed = subprocess.run(
        ["git", "-C", str(tmp_path / "clone"), "config", "--get-all", f"http.{server}/.extraheader"],
        capture_output=True,
        text=True,
        env={**given, "PATH": "/usr/bin:/bin"},
        check=True,
    ).stdout.splitlines()
    # The empty one takes back what was there: the server refuses two.
    assert listed == ["AUTHORIZATION: basic old", "", f"AUTHORIZATION: basic {encoded}"]
