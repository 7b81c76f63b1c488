"""The files that make packages and images, held against the linters of their kinds."""

import subprocess
import sys
from pathlib import Path

import pytest
from repository_files import ROOT, files

_YAML_RULES = (
    "{extends: default, rules: {document-start: disable, line-length: disable, truthy: {check-keys: false}, "
    "comments: {min-spaces-from-content: 1}, braces: {max-spaces-inside: 1}}}"
)


def is_shell_script(name: str) -> bool:
    with (ROOT / name).open("rb") as file:
        first = file.readline()
    return name.endswith(".sh") or (first.startswith(b"#!") and first.split()[-1].endswith((b"/sh", b"bash")))


def check(program: str, *arguments: str) -> None:
    path = Path(sys.executable).with_name(program)
    if not path.exists():
        pytest.skip(f"{program} has no package for {sys.platform}")
    done = subprocess.run([path, *arguments], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dockerfiles() -> None:
    found = [name for name in files() if Path(name).name == "Dockerfile"]
    assert "Dockerfile" in found
    check("hadolint", *found)


def test_shell_scripts() -> None:
    found = [name for name in files() if is_shell_script(name)]
    assert ".ci/run" in found
    check("shellcheck", *found)


def test_yaml() -> None:
    found = [name for name in files() if name.endswith((".yml", ".yaml"))]
    assert "action.yml" in found
    check("yamllint", "--strict", "--config-data", _YAML_RULES, *found)


def test_the_dockerfile_needs_nothing_that_the_classic_builder_lacks() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "syntax=" not in text
    assert "<<" not in text
    assert "--mount" not in text
