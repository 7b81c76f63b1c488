"""Timing whole processes and pieces of code, several times, interleaved."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple


class Run(NamedTuple):
    """Median wall time in seconds and the largest resident size of any run in MiB."""

    seconds: float
    memory: float


def processes(
    commands: dict[str, Sequence[str]], repeat: int, environment: dict[str, str] | None = None
) -> dict[str, Run]:
    """Run each command ``repeat`` times in turn, output thrown away, and return what each took."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    memory: dict[str, float] = dict.fromkeys(commands, 0.0)
    for _ in range(repeat):
        for name, command in commands.items():
            started = time.perf_counter()
            with Path(os.devnull).open("wb") as nowhere:
                process = subprocess.Popen(command, stdout=nowhere, env={**os.environ, **(environment or {})})
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                raise SystemExit(f"{name} failed with exit code {process.returncode}")
            times[name].append(time.perf_counter() - started)
            memory[name] = max(memory[name], usage.ru_maxrss / 1024)
    return {name: Run(median(times[name]), memory[name]) for name in commands}


def pieces(actions: dict[str, Callable[[], float]], repeat: int) -> dict[str, float]:
    """Call functions that return their own time in turn; the median of each, in seconds."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(repeat):
        for name, action in actions.items():
            times[name].append(action())
    return {name: median(values) for name, values in times.items()}
