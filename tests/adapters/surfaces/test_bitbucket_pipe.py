"""The pipe's files and every pipeline that the documents offer: valid, and about inputs that exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from schema_ci.manifest import ACTIONS, MIGRATE_LINT
from schema_ci.platforms.bitbucket_outputs import variable as output_variable
from schema_ci.surfaces.bitbucket_pipe import files
from schema_ci.surfaces.docs_tables import variable
from schema_core.addresses import IMAGE

ROOT = Path(__file__).parents[3]
DOCUMENTS = ("docs/bitbucket.md", "bitbucket-pipe/README.md")
STEP = {"name", "image", "services", "script", "after-script", "artifacts", "clone", "size"}
"""What a step of ours has; the vendor's schema takes any key."""
CREDENTIALS = {"BITBUCKET_ACCESS_TOKEN", "ATLASSIAN_ACCOUNT_EMAIL", "ATLASSIAN_API_TOKEN", "DEBUG"}


def _pipelines() -> list[tuple[str, str]]:
    found = [
        (document, text)
        for document in DOCUMENTS
        for text in re.findall(r"(?ms)^```yaml\n(.*?)^```$", (ROOT / document).read_text(encoding="utf-8"))
    ]
    assert len(found) == 7
    return found


def _known_variables() -> set[str]:
    names = {item.name for action in ACTIONS for item in action.inputs} | {"action"}
    ours = {variable(name) for name in names}
    theirs = {name.replace("SCHEMA_ACTION_", "ATLAS_INPUT_", 1) for name in ours}
    return ours | theirs | {"ATLAS_ACTION"} | CREDENTIALS


def _steps(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        (kind,) = item
        assert kind in {"step", "parallel"}
        if kind == "step":
            yield item["step"]
        else:
            yield from _steps(item["parallel"])


def test_the_pipe_is_described_as_pipes_are() -> None:
    pipe = yaml.safe_load(files()["bitbucket-pipe/pipe.yml"])

    jsonschema.validate(pipe, json.loads((ROOT / "tests/data/pipe.schema.json").read_text(encoding="utf-8")))
    defaults = {item["name"]: item["default"] for item in pipe["variables"]}
    assert set(defaults) <= _known_variables()
    assert defaults["SCHEMA_ACTION_ACTION"] == "migrate/lint"
    assert defaults["SCHEMA_ACTION_FAIL_ON"] == MIGRATE_LINT.input("fail-on").default
    assert "SCHEMA_ACTION_DIR_NAME" not in defaults


def test_the_readme_names_every_output_and_every_variable() -> None:
    readme = files()["bitbucket-pipe/README.md"]
    pipe = yaml.safe_load(files()["bitbucket-pipe/pipe.yml"])

    for item in pipe["variables"]:
        assert f"| `{item['name']}` |" in readme
    for output in (output for action in ACTIONS for output in action.outputs):
        assert f"| `{output_variable(output.name)}` |" in readme


@pytest.mark.parametrize(("document", "text"), _pipelines())
def test_documented_pipelines_are_valid(document: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "bitbucket-pipelines.yml"
    file.write_text(text, encoding="utf-8")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.bitbucket-pipelines", str(file)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("document", "text"), _pipelines())
def test_documented_pipelines_use_what_there_is(document: str, text: str) -> None:
    content = yaml.safe_load(text)
    services = {"docker", *content.get("definitions", {}).get("services", {})}
    pipes = 0
    for steps in content["pipelines"]["pull-requests"].values():
        for step in _steps(steps):
            assert set(step) <= STEP
            assert set(step.get("services", ())) <= services
            assert step.get("image", f"{IMAGE}:1") == f"{IMAGE}:1"
            for line in step["script"]:
                if isinstance(line, str):
                    pipes += line == "schema-action-ci migrate/lint"
                    exported = re.findall(r"^export (\w+)=", line)
                    assert set(exported) <= _known_variables()
                    continue
                pipes += 1
                assert set(line) == {"pipe", "variables"}
                assert line["pipe"] == f"docker://{IMAGE}:1"
                assert set(line["variables"]) <= _known_variables()
            used = re.findall(r"\$(SCHEMA_ACTION_OUTPUT_\w+)", str(step))
            assert set(used) <= {output_variable(output.name) for output in MIGRATE_LINT.outputs}
    assert pipes
