"""The files that GitHub reads of the actions, as its runner and four linters see them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from schema_ci.manifest import ACTIONS
from schema_ci.surfaces import github_action

ROOT = Path(__file__).parents[3]
FILES = sorted(github_action.files())
TOOLS = Path(sys.executable).parent


def run(*words: str, where: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(TOOLS / words[0]), *words[1:]], cwd=where, capture_output=True, text=True, check=False)


def test_there_is_a_file_for_each_action_and_one_at_the_root() -> None:
    assert set(FILES) == {"action.yml", *(f"{action.name}/action.yml" for action in ACTIONS)}


@pytest.mark.parametrize("path", FILES)
def test_the_file_in_the_repository_is_the_one_that_is_made(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == github_action.files()[path]


@pytest.mark.parametrize("path", FILES)
def test_the_file_fits_the_published_schema(path: str) -> None:
    finished = run("check-jsonschema", "--builtin-schema", "vendor.github-actions", path)
    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("path", FILES)
def test_the_file_holds_nothing_that_zizmor_objects_to(path: str) -> None:
    finished = run("zizmor", "--offline", "--no-progress", path)
    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("path", FILES)
def test_the_image_is_built_from_the_dockerfile_at_the_root(path: str) -> None:
    """The runner takes a path that ends in Dockerfile, relative to the file, and its folder is the build's context."""
    image = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["runs"]["image"]
    assert ((ROOT / path).parent / image).resolve() == ROOT / "Dockerfile"
    assert (ROOT / "Dockerfile").is_file()


@pytest.mark.parametrize("path", FILES)
def test_no_value_of_the_workflow_is_put_into_a_command(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{\{.*?\}\}", text)) == {"${{ github.token }}"}


def test_inputs_and_outputs_are_those_of_the_manifest() -> None:
    whole = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert whole["inputs"]["action"]["default"] == "migrate/lint"
    for action in ACTIONS:
        made = yaml.safe_load((ROOT / action.name / "action.yml").read_text(encoding="utf-8"))
        assert list(made["inputs"]) == [item.name for item in action.inputs]
        assert list(made["outputs"]) == [item.name for item in action.outputs]
        assert made["inputs"].items() <= whole["inputs"].items()
        assert made["outputs"].keys() <= whole["outputs"].keys()
        assert made["runs"]["args"] == [action.name]


def test_actionlint_knows_the_actions_inputs_and_outputs(tmp_path: Path) -> None:
    """In a workflow that uses the actions as local ones; a word that they do not know is found."""
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    shutil.copy(ROOT / "Dockerfile", tmp_path)
    good = """\
on: pull_request
permissions: {}
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - id: lint
        uses: ./migrate/lint
        with:
          dir: file://migrations
          fail-on: warning
      - uses: ./
        with:
          action: migrate/lint
      - run: echo "$VERDICT"
        env:
          VERDICT: ${{ steps.lint.outputs.verdict }}
"""
    workflow = tmp_path / ".github/workflows/lint.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(good)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    finished = run("actionlint", str(workflow), where=tmp_path)
    assert finished.returncode == 0, finished.stdout
    for word, wrong in (("outputs.verdict", "outputs.verdikt"), ("fail-on", "fail-upon")):
        workflow.write_text(good.replace(word, wrong))
        finished = run("actionlint", str(workflow), where=tmp_path)
        assert finished.returncode == 1
        assert wrong.removeprefix("outputs.") in finished.stdout
