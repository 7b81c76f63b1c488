"""What docs/deploying.md offers for Bitbucket and Kubernetes sets inputs that exist, of the action that it runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from schema_ci.manifest import action_named
from schema_ci.platforms.bitbucket_outputs import variable as output_variable
from schema_ci.surfaces.docs_tables import variable
from schema_core.addresses import IMAGE

PAGE = (Path(__file__).parents[3] / "docs/deploying.md").read_text(encoding="utf-8")
BLOCKS: list[dict[str, Any]] = [
    yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
]


def inputs_of(action: str) -> set[str]:
    return {variable(item.name) for item in action_named(action).inputs}


def test_bitbuckets_steps_set_what_their_actions_know() -> None:
    migrations, states = [block["pipelines"] for block in BLOCKS if "pipelines" in block]
    plan, apply = [item["step"] for item in states["branches"]["main"]]
    (migrate,) = [item["step"] for item in migrations["branches"]["main"]]
    assert (migrate["trigger"], migrate["deployment"]) == ("manual", "production")
    assert (apply["trigger"], apply["deployment"]) == ("manual", "production")
    outputs = {output_variable(item.name) for item in action_named("schema/plan").outputs}
    for step in (plan, apply, migrate):
        (pipe,) = [line for line in step["script"] if isinstance(line, dict)]
        assert pipe["pipe"] == f"docker://{IMAGE}:1"
        given = dict(pipe["variables"])
        assert set(given) - {"SCHEMA_ACTION_ACTION"} <= inputs_of(given["SCHEMA_ACTION_ACTION"])
        assert set(re.findall(r"\$(SCHEMA_ACTION_OUTPUT_\w+)", str(given))) <= outputs


def test_the_job_of_kubernetes_sets_what_its_action_knows() -> None:
    (job,) = [block for block in BLOCKS if block.get("kind") == "Job"]
    pod = job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (action,) = container["args"]
    assert {item["name"] for item in container["env"]} <= inputs_of(action)
    assert {item["name"] for item in container["volumeMounts"]} == {item["name"] for item in pod["volumes"]}
    assert job["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "PreSync"
