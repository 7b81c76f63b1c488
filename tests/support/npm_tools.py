"""Command line tools from npm, pinned, installed below .cache when a test first needs them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

_CACHE = Path(__file__).parents[2] / ".cache" / "npm"


def npm_tool(name: str, version: str) -> Path:
    """The program; skips the test, saying so, where node is missing or the package cannot be had."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip(f"NOT RUN: {name} needs node and npm, which are not installed here")
    folder = _CACHE / f"{name}-{version}"
    program = folder / "node_modules" / ".bin" / name
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes share the cache
        if not program.exists():
            folder.mkdir(exist_ok=True)
            done = subprocess.run(
                [
                    "npm",
                    "install",
                    "--prefix",
                    str(folder),
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    f"{name}@{version}",
                ],
                env={**os.environ, "npm_config_update_notifier": "false"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0 or not program.exists():
                shutil.rmtree(folder, ignore_errors=True)
                pytest.skip(f"NOT RUN: {name}@{version} could not be installed: {done.stderr[-300:]}")
    return program
