"""Runs a container action as GitHub's runner does: its mounts, its variables by name, its files for commands.

``act`` runs whole workflows, but mounts the checkout at the machine's path and gives the container root's home. What
the runner promises instead stands here.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from checkout import Checkout
from container_engine import Engine

REPOSITORY = "octo/shop"
TOKEN = "ghs_token-of-the-job"
WORKSPACE = "/github/workspace"
_COMMAND_FILES = {
    "GITHUB_ENV": "set_env",
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_PATH": "add_path",
    "GITHUB_STATE": "save_state",
    "GITHUB_STEP_SUMMARY": "step_summary",
}


@dataclass(frozen=True)
class Step:
    """What one step did."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str

    def commands(self, name: str) -> list[str]:
        """The workflow commands of a kind (``error``, ``warning``, ``notice``) in the log."""
        return [line for line in self.log.splitlines() if line.startswith(f"::{name}")]


@dataclass
class GithubRunner:
    """A runner with a checkout; ``temp`` is an empty directory for its own files."""

    engine: Engine
    image: str
    checkout: Checkout
    temp: Path
    api_url: str = "https://api.github.com"
    network: str = "bridge"
    run_id: int = field(default=100)

    def step(
        self,
        action: Path,
        *,
        event: str,
        payload: Mapping[str, Any],
        inputs: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Step:
        """Run the action once, by its ``action.yml``; a run of the workflow has one number more than the one before."""
        self.run_id += 1
        described = yaml.safe_load(action.read_text(encoding="utf-8"))
        files = self._prepare(payload)
        environment = {
            **self._variables(event, payload),
            **{name: f"/github/file_commands/{path.name}" for name, path in files.items()},
            **_inputs(described, inputs or {}),
            **(variables or {}),
        }
        mounts = {
            "/var/run/docker.sock": "/var/run/docker.sock",
            self.temp: "/github/runner_temp",
            self.temp / "_github_home": "/github/home",
            self.temp / "_github_workflow": "/github/workflow",
            self.temp / "_runner_file_commands": "/github/file_commands",
            self.checkout.path: WORKSPACE,
        }
        done = self.engine.try_docker(
            *("run", "--rm", "--workdir", WORKSPACE, "--network", self.network),
            *(word for name in environment for word in ("--env", name)),
            *(word for source, target in mounts.items() for word in ("--volume", f"{source}:{target}")),
            *(self.image, *described["runs"].get("args", ())),
            environment=environment,
        )
        return Step(done.code, done.output, _outputs(files["GITHUB_OUTPUT"]), files["GITHUB_STEP_SUMMARY"].read_text())

    def _prepare(self, payload: Mapping[str, Any]) -> dict[str, Path]:
        """Make the directories and the empty files of a step, as the checkout's owner."""
        for name in ("_github_home", "_github_workflow", "_runner_file_commands"):
            (self.temp / name).mkdir(parents=True, exist_ok=True)
        (self.temp / "_github_workflow" / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        step = uuid.uuid4()
        files = {name: self.temp / "_runner_file_commands" / f"{kind}_{step}" for name, kind in _COMMAND_FILES.items()}
        for path in files.values():
            path.touch()
        owner = self.checkout.path.stat()
        for path in (self.temp, *self.temp.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
        return files

    def _variables(self, event: str, payload: Mapping[str, Any]) -> dict[str, str]:
        request = payload.get("pull_request")
        ref = f"refs/pull/{request['number']}/merge" if request else payload["ref"]
        name = ref.removeprefix("refs/heads/").removeprefix("refs/pull/")
        server = self.api_url if "127.0.0.1" in self.api_url else "https://github.com"
        return {
            "ACTIONS_CACHE_URL": "https://artifactcache.actions.example/",
            "ACTIONS_RUNTIME_TOKEN": "runtime-token",
            "ACTIONS_RUNTIME_URL": "https://pipelines.actions.example/",
            "CI": "true",
            "GITHUB_ACTION": "__octo_schema-action",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_REF": "v1",
            "GITHUB_ACTION_REPOSITORY": "org/schema-action",
            "GITHUB_ACTOR": "octocat",
            "GITHUB_ACTOR_ID": "1",
            "GITHUB_API_URL": self.api_url,
            "GITHUB_BASE_REF": request["base"]["ref"] if request else "",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": "/github/workflow/event.json",
            "GITHUB_GRAPHQL_URL": f"{self.api_url}/graphql",
            "GITHUB_HEAD_REF": request["head"]["ref"] if request else "",
            "GITHUB_JOB": "lint",
            "GITHUB_REF": ref,
            "GITHUB_REF_NAME": name,
            "GITHUB_REF_PROTECTED": "false",
            "GITHUB_REF_TYPE": "branch",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REPOSITORY_ID": "1",
            "GITHUB_REPOSITORY_OWNER": REPOSITORY.partition("/")[0],
            "GITHUB_RETENTION_DAYS": "90",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": str(self.run_id),
            "GITHUB_RUN_NUMBER": str(self.run_id),
            "GITHUB_SERVER_URL": server,
            "GITHUB_SHA": self.checkout.git("rev-parse", "HEAD"),
            "GITHUB_TRIGGERING_ACTOR": "octocat",
            "GITHUB_WORKFLOW": "CI",
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/.github/workflows/ci.yml@{ref}",
            "GITHUB_WORKSPACE": WORKSPACE,
            "HOME": "/github/home",
            "RUNNER_ARCH": "X64",
            "RUNNER_ENVIRONMENT": "github-hosted",
            "RUNNER_NAME": "runner-1",
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": "/github/runner_temp",
            "RUNNER_TOOL_CACHE": "/opt/hostedtoolcache",
            "RUNNER_WORKSPACE": "/github",
        }


def pull_request(checkout: Checkout, number: int = 7, *, fork: bool = False) -> dict[str, Any]:
    """The payload of a pull request from the checkout's branch to ``main``, as far as it is about that."""
    base, head = checkout.git("rev-parse", "refs/remotes/origin/main"), checkout.git("rev-parse", "HEAD")
    repository = {"full_name": REPOSITORY, "default_branch": "main"}
    source = {"full_name": "stranger/shop", "default_branch": "main"} if fork else repository
    return {
        "action": "synchronize",
        "number": number,
        "repository": repository,
        "pull_request": {
            "number": number,
            "html_url": f"https://github.com/{REPOSITORY}/pull/{number}",
            "head": {"ref": "change", "sha": head, "repo": source},
            "base": {"ref": "main", "sha": base, "repo": repository},
        },
    }


def _inputs(described: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The variables of all declared inputs; one that the action does not declare is an error, not a warning."""
    declared = described.get("inputs", {})
    unknown = set(given) - set(declared)
    if unknown:
        raise AssertionError(f"the action declares no input {', '.join(sorted(unknown))}")
    values = {}
    for name, item in declared.items():
        value = given.get(name, str(item.get("default", "")))
        if item.get("required") and not value:
            raise AssertionError(f"the input {name} is required")
        values[f"INPUT_{name.upper().replace(' ', '_')}"] = value.replace("${{ github.token }}", TOKEN)
    return values


def _outputs(path: Path) -> dict[str, str]:
    """Outputs as the runner reads them: ``name=value``, or ``name<<END``, lines, ``END``."""
    outputs = {}
    lines = iter(path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        name, end = line.split("<<", 1) if "<<" in line.partition("=")[0] else (line.partition("=")[0], "")
        if not end:
            outputs[name] = line.partition("=")[2]
            continue
        value = []
        while (text := next(lines)) != end:
            value.append(text)
        outputs[name] = "\n".join(value)
    return outputs
