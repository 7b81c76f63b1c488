"""Comparing two databases of 10,000 tables with 50 changes, as whole processes, against what others offer for that.

The peers are installed into an environment of their own under ``.cache``, by pip, the first time; where that fails they
are left out. They read both databases and print SQL; ours also runs it on a development database, before it is printed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from pathlib import Path

from diff_schemas import databases
from measuring import Run
from throwaway import libpq_url, server

_HERE = Path(__file__).parent
_ENVIRONMENT = _HERE.parent / ".cache" / "peers"
_DIFFERENT = 2
"""Exit code of a peer that found differences."""


def measure() -> list[tuple[str, str, str, str, str]]:
    """A row for each peer: name, ours, peer, ratio, aim."""
    programs = _installed()
    if programs is None:
        return []
    rows = []
    with server() as running:
        urls = databases(running.url)
        ours = _run([str(Path(sys.executable).with_name("schema-action")), "schema", "diff",
                     "--from", urls[0], "--to", urls[1]])  # fmt: skip
        plain = [libpq_url(url) for url in urls]
        peers = {
            "`results dbdiff`": [str(programs / "results"), "dbdiff", *plain],
            "Alembic's autogenerate": [str(programs / "python"), str(_HERE / "autogenerate.py"), *plain],
        }
        for name, command in peers.items():
            peer = _run(command)
            rows.append(
                (
                    f"10,000 tables, 50 changes: `schema diff`, proof included / {name}",
                    f"{ours.seconds:.1f} s, {ours.memory:.0f} MiB",
                    f"{peer.seconds:.1f} s, {peer.memory:.0f} MiB",
                    f"{ours.seconds / peer.seconds:.2f}",
                    "1, 800 MB",
                )
            )
    return rows


def _installed() -> Path | None:
    programs = _ENVIRONMENT / "bin"
    if not (programs / "results").exists():
        venv.create(_ENVIRONMENT, with_pip=True)
        command = [
            str(programs / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--requirement",
            str(_HERE / "peers.txt"),
        ]
        if subprocess.run(command, check=False).returncode != 0:
            print("the peers cannot be installed; they are left out", file=sys.stderr)
            return None
    return programs


def _run(command: Sequence[str]) -> Run:
    started = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, _DIFFERENT):
        raise SystemExit(f"{command[0]} failed with exit code {process.returncode}")
    return Run(time.perf_counter() - started, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    for row in measure():
        print(row)
