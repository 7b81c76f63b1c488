"""Runs a container action as GitHub's runner does: its mounts, its variables by name, its paths translated.

``act`` runs whole workflows, but mounts the checkout at the machine's path and has the home of root. What GitHub's own
runner promises (github.com/actions/runner, ``ContainerActionHandler``) stands here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from github_runner import Runner

OWNER = (1001, 127)
"""User and group of GitHub's runner."""
_WORKSPACE = "/github/workspace"
_OF_THE_IMAGE = ("PATH", "SCHEMA_ACTION_CACHE", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0")
"""Variables that a process of this machine is given and a container has by itself."""


@dataclass
class ContainerRunner(Runner):
    """A machine that runs the action in a container.

    Beside the runner's own mounts there is one of the remote repository, which stands for the network.
    """

    image: str = field(kw_only=True)
    remote: Path = field(kw_only=True)
    network: str = field(kw_only=True, default="host")
    """The machine's own, where the fake API listens; a job with services has one of its own."""

    def start(self, arguments: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
        """Run the container to its end."""
        places = self._places()
        given = {
            name: self._translated(value, places) for name, value in environment.items() if name not in _OF_THE_IMAGE
        }
        if os.geteuid() == 0:
            for path in (self.workspace, *self.work.rglob("*")):
                os.chown(path, *OWNER, follow_symlinks=False)
        mounts = {"/var/run/docker.sock": "/var/run/docker.sock", **places, self.remote: f"{self.remote}:ro"}
        command = [
            *("docker", "run", "--rm", "--workdir", _WORKSPACE, "--network", self.network),
            *(word for name in given for word in ("--env", name)),
            *(word for source, target in mounts.items() for word in ("--volume", f"{source}:{target}")),
            *(self.image, *arguments),
        ]
        return subprocess.run(
            command,
            env={**os.environ, **given},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=300,
            check=False,
        )

    def _places(self) -> dict[Path, str]:
        """The runner's directories and where a container finds them, the innermost first."""
        workflow = self.work / "workflow"
        workflow.mkdir(exist_ok=True)
        shutil.copyfile(self.work / "event.json", workflow / "event.json")
        return {
            self.workspace: _WORKSPACE,
            self.work / "home": "/github/home",
            self.work / "file_commands": "/github/file_commands",
            workflow: "/github/workflow",
            self.work: "/github/runner_temp",
        }

    def _translated(self, value: str, places: Mapping[Path, str]) -> str:
        if value == str(self.work / "event.json"):
            return "/github/workflow/event.json"
        for source, target in places.items():
            if value == str(source) or value.startswith(f"{source}/"):
                return target + value.removeprefix(str(source))
        return value
