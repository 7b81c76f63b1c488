"""The workflows that docs/github.md and docs/deploying.md offer are right as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from schema_ci.manifest import ACTIONS
from schema_core.addresses import ORGANISATION

ROOT = Path(__file__).parents[3]
PAGES = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("docs/github.md", "docs/deploying.md"))
WORKFLOWS = [
    text
    for text in re.findall(r"^```yaml\n(.*?)^```$", PAGES, re.MULTILINE | re.DOTALL)
    if re.search(r"^jobs:", text, re.MULTILINE)
]
TOOLS = Path(sys.executable).parent
POLICIES = f"""\
rules:
  unpinned-uses:
    config:
      policies:
        "{ORGANISATION}/schema-action/*": ref-pin # a document cannot name the commit that it is in
        "github/codeql-action/*": ref-pin
        "*": hash-pin
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(TOOLS / words[0]), *words[1:]], capture_output=True, text=True, check=False)


@pytest.fixture(params=range(len(WORKFLOWS)))
def workflow(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / ".github/workflows/lint.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOWS[request.param], encoding="utf-8")
    return path


def test_there_are_workflows() -> None:
    assert len(WORKFLOWS) >= 7


def test_actionlint_accepts_it(workflow: Path) -> None:
    finished = run("actionlint", str(workflow))
    assert finished.returncode == 0, finished.stdout


def test_zizmor_accepts_it(workflow: Path, tmp_path: Path) -> None:
    (tmp_path / "zizmor.yml").write_text(POLICIES, encoding="utf-8")
    finished = run("zizmor", "--offline", "--no-progress", "--config", str(tmp_path / "zizmor.yml"), str(workflow))
    assert finished.returncode == 0, finished.stdout


def test_it_fits_the_published_schema(workflow: Path) -> None:
    finished = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow))
    assert finished.returncode == 0, finished.stdout


def test_our_actions_get_inputs_that_they_have(workflow: Path) -> None:
    inputs = {f"{ORGANISATION}/schema-action/{action.name}": action.inputs for action in ACTIONS}
    content = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    ours = [
        step
        for job in content["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith(f"{ORGANISATION}/")
    ]
    assert ours
    for step in ours:
        known = {item.name for item in inputs[step["uses"].partition("@")[0]]}
        assert set(step.get("with", {})) <= known
