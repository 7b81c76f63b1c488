"""The examples are built and run as `make demo` does it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHOP = ROOT / "examples" / "shop"
NOTES = ROOT / "examples" / "notes"
README = ROOT / "README.md"


def run(script: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SHOP / script, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def head(repository: Path) -> str:
    command = ["git", "-C", repository, "log", "--format=%H %s", "main..HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_demo_finds_the_accident_and_proves_a_fix(tmp_path: Path) -> None:
    done = run("demo.py", str(tmp_path / "shop"), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    # The unique constraint, the dropped column, the NOT NULL column, the plain index.
    for code in ("PG105", "DS103", "MF103", "PG101"):
        assert code in done.stdout
    assert "CREATE INDEX CONCURRENTLY orders_status ON orders (status)" in done.stdout
    sample = README.read_text().split("```\n")[1]
    assert "PG105" in sample
    printed = done.stdout.splitlines()
    assert [line for line in sample.splitlines() if line != "[…]" and line not in printed] == []


def test_notes_say_what_the_new_table_lost() -> None:
    schema_action = Path(sys.executable).with_name("schema-action")
    command = next(line for line in (NOTES / "README.md").read_text().splitlines() if line.startswith("schema-action"))
    done = subprocess.run(
        [schema_action, *shlex.split(command)[1:]], cwd=NOTES, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    codes = set(re.findall(r"^ +(?:error|warning|notice) (\w+): ", done.stdout, re.MULTILINE))
    assert codes == {"BC104", "DS103", "LT101", "LT509", "LT511"}
    assert codes - {"BC104"} == set(re.findall(r"[A-Z]{2}\d{3}", (NOTES / "README.md").read_text()))


def test_build_makes_the_same_commits_again_whatever_the_users_git_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("build.py", str(tmp_path / "one"), cwd=tmp_path).returncode == 0
    (tmp_path / "gitconfig").write_text(
        "[user]\nname = Somebody\n[commit]\ngpgsign = true\n[init]\ndefaultBranch = x\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    for _ in range(2):
        assert run("build.py", str(tmp_path / "two"), cwd=tmp_path).returncode == 0
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    assert head(tmp_path / "one") == head(tmp_path / "two")
    assert "One account per e-mail address" in head(tmp_path / "two")


def test_build_leaves_a_directory_that_it_did_not_make_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    done = run("build.py", str(tmp_path / "mine"), cwd=tmp_path)
    assert done.returncode != 0
    assert "holds something else" in done.stderr
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
