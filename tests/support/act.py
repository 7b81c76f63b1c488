"""Runs a consumer's workflow with ``act``: checkout, services, and the actions of this repository in the real image."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
ACTIONS = "org/schema-action@v1"
RUNNER = "python:3.13-slim"
"""The image that stands for the runner; the base of ours, so that no other is needed."""
_IMAGE = re.compile(r'^  image: ".*Dockerfile".*$', re.MULTILINE)


class Finished(NamedTuple):
    """What a workflow did."""

    code: int
    log: str


def released_actions(directory: Path, image: str) -> Path:
    """The actions of this repository as a release has them: with an image instead of a Dockerfile."""
    for source in ROOT.glob("**/action.yml"):
        if not any(part.startswith(".") for part in source.relative_to(ROOT).parts):
            target = directory / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            text, replaced = _IMAGE.subn(f'  image: "docker://{image}"', source.read_text(encoding="utf-8"))
            assert replaced == 1, f"{source} names no Dockerfile"
            target.write_text(text, encoding="utf-8")
    return directory


def run_workflow(
    workflow: str,
    *,
    checkout: Path,
    home: Path,
    actions: Path,
    event: str,
    payload: Mapping[str, Any],
    variables: Mapping[str, str],
    token: str,
) -> Finished:
    """Run a workflow on a checkout; ``home`` is a directory for what act keeps."""
    home.mkdir(exist_ok=True)
    (home / "event.json").write_text(json.dumps(payload), encoding="utf-8")
    (home / "workflow.yml").write_text(workflow, encoding="utf-8")
    command = [
        *(str(Path(sys.executable).with_name("act")), event, "--directory", str(checkout)),
        *("--workflows", str(home / "workflow.yml"), "--eventpath", str(home / "event.json")),
        *("--platform", f"ubuntu-latest={RUNNER}", "--pull=false", "--rm", "--no-cache-server", "--bind"),
        *("--local-repository", f"{ACTIONS}={actions}", "--secret", f"GITHUB_TOKEN={token}"),
        *(word for name, value in variables.items() for word in ("--env", f"{name}={value}")),
    ]
    own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "XDG_CONFIG_HOME": str(home / "config")}
    done = subprocess.run(
        command,
        env={**os.environ, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
        text=True,
    )
    return Finished(done.returncode, done.stdout)
