"""Run every benchmark and write the table in docs/performance.md."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import apply_files
import container
import diff_peers
import diff_schemas
import inspect_schema
import observe_statements
import replay_files
import sqlite_files
import startup

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
MARK = "<!-- table -->"


def main() -> None:
    """Measure and write; progress goes to stderr."""
    rows = []
    modules = (
        startup, observe_statements, replay_files, apply_files, inspect_schema, sqlite_files, diff_schemas, diff_peers,
        container,
    )  # fmt: skip
    for module in modules:
        print(f"{module.__name__} …", file=sys.stderr)
        rows += module.measure()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    lines = [
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine}; medians of interleaved runs.",
        "",
        "| what | ours | peer | ratio | aim |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    before, mark, rest = PAGE.read_text(encoding="utf-8").partition(MARK)
    after = rest.partition(MARK)[2]
    PAGE.write_text(f"{before}{mark}\n" + "\n".join(lines) + f"\n{MARK}{after}", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
