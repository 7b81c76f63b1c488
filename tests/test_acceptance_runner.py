"""The runner of the acceptance scripts: what it must accept, and above all what it must not."""

from __future__ import annotations

from pathlib import Path

import pytest
import txtar
from acceptance import Script, ScriptError


def run(text: str, work: Path, **variables: str) -> None:
    Script(text, work, variables).run()


def test_archive_holds_a_comment_and_files_in_order() -> None:
    archive = txtar.parse("script\n-- b/two.sql --\n2\n\n-- one --\n")
    assert archive.comment == "script\n"
    assert archive.files == {"b/two.sql": b"2\n\n", "one": b""}


@pytest.mark.parametrize("text", ["-- /etc/x --\n", "-- a/../../x --\n", "-- a --\n-- a --\n"])
def test_archive_refuses_names_outside_and_twice(text: str) -> None:
    with pytest.raises(ValueError, match=r"outside|twice"):
        txtar.parse(text)


@pytest.mark.parametrize(
    "line",
    [
        "exec schema-action version",
        "exit 2 schema-action nonsense",
        "! exec schema-action nonsense",
        "! exit 1 schema-action nonsense",
        "exec git --version\nstdout '^git version \\d'\n! stdout hg\n! stderr .",
        "exists one.txt\n! exists two.txt",
        "contains one.txt '^first$'\n! contains one.txt second",
        "cmp one.txt same.txt\n! cmp one.txt other.txt",
        "cp one.txt copy.txt\nreplace copy.txt first other\ncmp copy.txt other.txt\nrm copy.txt\n! exists copy.txt",
        "exec git --version\ncp stdout kept.txt\ncmp kept.txt stdout",
        "commit 'One file'\nexec git log --format=%s\nstdout '^One file$'",
        "env PLACE=one.txt\nexists $PLACE\nexists ${PLACE}",
        "# a comment\n\nexists $WORK/one.txt # and another",
    ],
)
def test_what_holds_passes(line: str, tmp_path: Path) -> None:
    run(f"{line}\n-- one.txt --\nfirst\n-- same.txt --\nfirst\n-- other.txt --\nother\n", tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "exec schema-action nonsense",
        "exit 1 schema-action nonsense",
        "! exec schema-action version",
        "exec rm -r .",
        "exec git --version\nstdout hg",
        "exec git --version\n! stdout git",
        "exists two.txt",
        "cmp one.txt other.txt",
        "contains one.txt second",
        "replace one.txt second third",
        "git no-such-command",
        "nonsense",
        "! cp one.txt two.txt",
        "cp one.txt",
        "cd nowhere",
    ],
)
def test_what_does_not_hold_fails(line: str, tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="line "):
        run(f"{line}\n-- one.txt --\nfirst\n-- other.txt --\nother\n", tmp_path)


def test_git_sees_nothing_of_the_users_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gitconfig").write_text("[user]\nname = Somebody\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    work = tmp_path / "work"
    work.mkdir()
    run("commit One\nexec git log --format=%an\nstdout '^Ada$'\n! exec git config user.name\n-- a --\n", work)
