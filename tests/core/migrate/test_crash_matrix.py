"""``migrate apply`` killed at every exchange with the database, in every transaction mode, on both engines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import crash_matrix
import pytest


@pytest.mark.parametrize("mode", ["file", "all", "none"])
@pytest.mark.parametrize("engine", ["postgres", "sqlite"])
def test_no_crash_applies_anything_twice_or_loses_its_place(
    engine: str,
    mode: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    if engine == "postgres":
        url = request.getfixturevalue("database")
    else:
        (tmp_path / "target.db").touch()
        url = f"sqlite://{tmp_path / 'target.db'}"
    done = subprocess.run(
        [sys.executable, crash_matrix.__file__, url, mode], capture_output=True, text=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    record_property("shown", f"crash matrix, {engine}, --tx-mode {mode}: {counts}")
    assert counts["killed before"] == counts["killed during"] == counts["killed after"] == counts["exchanges"] > 15
    # Some crashes left everything to do and some nothing, so that both ends were seen.
    assert counts["next run applied"] > 0
    assert counts["next run synced"] > 0
    assert counts["left with 0 of 7 rows"] > 0
