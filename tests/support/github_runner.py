"""Runs an action as GitHub's runner does: its variables, its files, its reading of the log.

The contract is that of a container action (github.com/actions/runner, ``src/Runner.Worker``): every input of the
``action.yml`` with its default, only the runner's own variables, files for outputs and the summary, the payload of the
event, and a checkout as actions/checkout leaves it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_COMMAND = re.compile(r"^\s*::([^\s:]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$")
_OLD_COMMAND = re.compile(r"##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$")
_PER_LEVEL = 10
_LONGEST_SUMMARY = 1024 * 1024
_DECODED = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


@dataclass
class Command:
    """A workflow command that the runner found in the log."""

    name: str
    properties: dict[str, str]
    message: str


@dataclass
class Finished:
    """What a step left behind."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    workspace: Path
    commands: list[Command] = field(default_factory=list)

    def annotations(self, level: str) -> list[Command]:
        """The annotations that the runner shows: the first ten of each level."""
        return [command for command in self.commands if command.name == level][:_PER_LEVEL]


@dataclass
class Runner:
    """One machine with a checkout. ``api_url`` and ``server_url`` are GitHub's or the fake's."""

    work: Path
    workspace: Path
    api_url: str
    server_url: str
    repository: str = "octo/shop"
    token: str = "secret"
    run_id: int = 100
    extra: dict[str, str] = field(default_factory=dict)
    """Variables of the workflow's own (``env:``)."""

    def run(
        self,
        uses: str,
        given: Mapping[str, str],
        *,
        event: str,
        payload: Mapping[str, Any],
        ref: str,
        sha: str,
        attempt: int = 1,
    ) -> Finished:
        """Run the action of a folder (``migrate/lint``, or ``.``) with these inputs and this event."""
        action = yaml.safe_load((ROOT / uses / "action.yml").read_text(encoding="utf-8"))
        unknown = set(given) - set(action["inputs"])
        assert not unknown, f"Unexpected input(s) {sorted(unknown)}"
        files = self._files(payload)
        environment = {
            **self._machine(),
            **self._described(event, payload, ref, sha, attempt),
            **files,
            **self._inputs(action, given),
            **self.extra,
        }
        arguments = [str(word) for word in action["runs"].get("args", ())]
        finished = self.start(arguments, environment)
        log = (finished.stdout + finished.stderr).decode()
        outputs = outputs_of(Path(files["GITHUB_OUTPUT"]).read_text(encoding="utf-8"))
        undeclared = set(outputs) - set(action["outputs"])
        assert not undeclared, f"outputs that action.yml does not declare: {sorted(undeclared)}"
        summary = Path(files["GITHUB_STEP_SUMMARY"]).read_bytes()
        assert len(summary) <= _LONGEST_SUMMARY
        for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"):
            assert Path(files[name]).read_text(encoding="utf-8") == "", f"{name} was written"
        return Finished(finished.returncode, log, outputs, summary.decode(), self.workspace, commands_of(log))

    def start(self, arguments: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
        """Run the action to its end: here as a process of this machine, without a container."""
        return subprocess.run(
            [sys.executable, "-m", "schema_ci", *arguments],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=300,
            check=False,
        )

    def _machine(self) -> dict[str, str]:
        home = self.work / "home"
        home.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "RUNNER_NAME": "runner",
            "RUNNER_ENVIRONMENT": "github-hosted",
            "RUNNER_TEMP": str(self.work),
            "RUNNER_WORKSPACE": str(self.work),
            # The image sets these two, so that git trusts a workspace of another user.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": str(self.workspace),
            # Not GitHub's: where the tests keep servers and templates.
            "SCHEMA_ACTION_CACHE": os.environ.get("SCHEMA_ACTION_CACHE", ""),
        }

    def _described(self, event: str, payload: Mapping[str, Any], ref: str, sha: str, attempt: int) -> dict[str, str]:
        request = payload.get("pull_request")
        of_request = (
            {"GITHUB_HEAD_REF": request["head"]["ref"], "GITHUB_BASE_REF": request["base"]["ref"]}
            if (request)
            else {"GITHUB_HEAD_REF": "", "GITHUB_BASE_REF": ""}
        )
        return {
            **of_request,
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_REPOSITORY_OWNER": self.repository.partition("/")[0],
            "GITHUB_EVENT_NAME": event,
            "GITHUB_SHA": sha,
            "GITHUB_REF": ref,
            "GITHUB_REF_NAME": re.sub(r"^refs/(heads|tags|pull)/", "", ref),
            "GITHUB_REF_TYPE": "tag" if ref.startswith("refs/tags/") else "branch",
            "GITHUB_RUN_ID": str(self.run_id),
            "GITHUB_RUN_NUMBER": "1",
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "GITHUB_WORKFLOW": "Lint",
            "GITHUB_JOB": "lint",
            "GITHUB_ACTION": "__self",
            "GITHUB_ACTOR": "ada",
            "GITHUB_API_URL": self.api_url,
            "GITHUB_SERVER_URL": self.server_url,
            "GITHUB_GRAPHQL_URL": f"{self.api_url.removesuffix('/v3')}/graphql",
            "GITHUB_WORKSPACE": str(self.workspace),
        }

    def _files(self, payload: Mapping[str, Any]) -> dict[str, str]:
        commands = self.work / "file_commands"
        commands.mkdir(parents=True, exist_ok=True)
        (self.work / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        made = {"GITHUB_EVENT_PATH": str(self.work / "event.json")}
        for name in ("OUTPUT", "STEP_SUMMARY", "ENV", "PATH", "STATE"):
            path = commands / name.lower()
            path.write_bytes(b"")
            made[f"GITHUB_{name}"] = str(path)
        return made

    def _inputs(self, action: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
        values = {name: str(item.get("default", "")) for name, item in action["inputs"].items()}
        values |= given
        return {
            f"INPUT_{name.upper().replace(' ', '_')}": value.replace("${{ github.token }}", self.token)
            for name, value in values.items()
        }


def commands_of(log: str) -> list[Command]:
    """Every command that the runner would carry out, on either stream."""
    found = []
    for line in log.splitlines():
        match = _COMMAND.match(line) or _OLD_COMMAND.search(line)
        if match is not None:
            pairs = [pair.partition("=") for pair in (match[2] or "").split(",") if pair]
            properties = {name.strip(): _decoded(value) for name, _, value in pairs}
            found.append(Command(match[1], properties, _decoded(match[3])))
    return found


def _decoded(text: str) -> str:
    for escape, character in _DECODED.items():
        text = text.replace(escape, character)
    return text


def outputs_of(text: str) -> dict[str, str]:
    """What the runner reads from ``GITHUB_OUTPUT``: ``name=value`` lines and blocks."""
    outputs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, mark, end = line.partition("<<")
        if mark and "=" not in name:
            block = []
            for inner in lines:
                if inner == end:
                    break
                block.append(inner)
            else:
                raise AssertionError(f"the block of {name} has no end")
            outputs[name] = "\n".join(block)
        elif line:
            name, _, outputs[name] = line.partition("=")
    return outputs
