"""An action as a process of its own, without a platform."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_PLATFORMS = ("GITHUB_ACTIONS", "GITLAB_CI", "BITBUCKET_BUILD_NUMBER", "SCHEMA_ACTION_DEV_URL")


def run_action(where: Path, action: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run an action with these inputs (``_`` for ``-``) to its end."""
    given = {f"SCHEMA_ACTION_{name.upper()}": value for name, value in inputs.items()}
    kept = {name: value for name, value in os.environ.items() if name not in _PLATFORMS}
    return subprocess.run(
        [sys.executable, "-m", "schema_ci", action],
        cwd=where,
        env={**kept, **given},
        capture_output=True,
        text=True,
        check=False,
    )


def outputs_of(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """The outputs, as the local platform prints them."""
    lines = [line for line in done.stderr.splitlines() if "=" in line and " " not in line.partition("=")[0]]
    return dict(line.split("=", 1) for line in lines)
