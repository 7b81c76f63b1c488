"""``schema/plan`` and ``schema/apply`` in GitLab's jobs, on a real database."""

from __future__ import annotations

from pathlib import Path

from gitlab_shop import Shop


def test_a_plan_is_noted_and_its_file_goes_to_the_next_job(shop: Shop, sqlite_file: str) -> None:
    (shop.root / "schema.sql").write_text("CREATE TABLE users (id integer PRIMARY KEY, name text);\n")
    where = {"SCHEMA_ACTION_TO": '["file://schema.sql"]', "SCHEMA_ACTION_DEV_URL": ""}
    planned = shop.run(("schema/plan",), SCHEMA_ACTION_FROM=f'["{sqlite_file}"]', **where)
    assert planned.returncode == 0, planned.stderr
    (note,) = shop.notes()
    assert "Schema plan PLANNED: 1 statement" in note
    outputs = shop.outputs()
    assert outputs["DIGEST"] in note
    assert (shop.root / outputs["PLAN"]).is_file()
    assert not (shop.root / "schema-action-reports/code-quality.json").exists()

    refused = shop.run(("schema/apply",), SCHEMA_ACTION_URL=sqlite_file, **where)
    assert refused.returncode == 1
    assert Path(sqlite_file.removeprefix("sqlite://")).stat().st_size == 0

    applied = shop.run(("schema/apply",), SCHEMA_ACTION_URL=sqlite_file, SCHEMA_ACTION_PLAN=outputs["PLAN"], **where)
    assert applied.returncode == 0, applied.stderr
    assert shop.outputs()["STATUS"] == "applied"
    assert len(shop.notes()) == 1
    names = [status["name"] for status in shop.fake.statuses]
    assert "schema-action schema/apply (schema.sql)" in names
