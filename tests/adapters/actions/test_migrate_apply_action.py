"""``migrate/apply`` on real databases, as a process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from action_process import outputs_of, run_action

from schema_core.operations.migrate_hash import migrate_hash


@pytest.mark.parametrize("engine", ["database", "sqlite_file"])
def test_files_are_run_once_and_a_failing_one_is_told(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue(engine))
    files = tmp_path / "migrations"
    files.mkdir()
    (files / "1_users.sql").write_text("CREATE TABLE users (id integer PRIMARY KEY);\n")
    (files / "2_more.sql").write_text("CREATE TABLE more (id integer PRIMARY KEY);\n")
    migrate_hash(f"file://{files}", "atlas")
    dry = run_action(tmp_path, "migrate/apply", url=url, dry_run="true")
    assert (dry.returncode, outputs_of(dry)["status"]) == (0, "planned"), dry.stderr
    first = run_action(tmp_path, "migrate/apply", url=url)
    outputs = outputs_of(first)
    assert first.returncode == 0, first.stderr
    assert (outputs["status"], outputs["applied_count"], outputs["target"]) == ("applied", "2", "2")
    assert outputs_of(run_action(tmp_path, "migrate/apply", url=url))["status"] == "synced"
    back = run_action(tmp_path, "migrate/set", url=url, version="1")
    assert (back.returncode, outputs_of(back)["current"]) == (0, "1"), back.stderr
    assert outputs_of(run_action(tmp_path, "migrate/set", url=url))["current"] == "2"
    forward = run_action(tmp_path, "migrate/set", url=url, version="2")
    assert (forward.returncode, outputs_of(forward)["current"]) == (0, "2"), forward.stderr

    (files / "3_bad.sql").write_text("INSERT INTO nobody VALUES (1);\n")
    migrate_hash(f"file://{files}", "atlas")
    failed = run_action(tmp_path, "migrate/apply", url=url)
    outputs = outputs_of(failed)
    assert (failed.returncode, outputs["status"], outputs["pending_count"]) == (1, "failed", "1"), failed.stderr
    assert "nobody" in outputs["error"]
    report = (tmp_path / outputs["reports"] / "report.md").read_text()
    assert report.startswith("### ❌ Migrate apply FAILED: 3_bad.sql")
    assert json.loads((tmp_path / outputs["json"]).read_text())["status"] == "failed"
