"""``migrate/apply`` and ``migrate/set`` in GitLab's jobs, on a real database."""

from __future__ import annotations

from documented_revisions import sum_file
from gitlab_shop import Shop

FILES = {"1_users.sql": "CREATE TABLE users (id bigint);\n", "2_more.sql": "CREATE TABLE more (id bigint);\n"}


def test_a_job_applies_what_is_left(shop: Shop, sqlite_file: str) -> None:
    folder = shop.root / "changes"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "atlas.sum").write_text(sum_file(FILES))
    where = {"SCHEMA_ACTION_URL": sqlite_file, "SCHEMA_ACTION_DIR": "file://changes"}
    applied = shop.run(("migrate/apply",), **where)
    assert applied.returncode == 0, applied.stderr
    outputs = shop.outputs()
    assert (outputs["STATUS"], outputs["TARGET"], outputs["APPLIED_COUNT"]) == ("applied", "2", "2")
    assert (shop.root / outputs["JSON"]).is_file()
    assert shop.fake.statuses[-1]["name"] == "schema-action migrate/apply (changes)"
    back = shop.run(("migrate/set",), SCHEMA_ACTION_VERSION="1", **where)
    assert back.returncode == 0, back.stderr
    assert shop.outputs()["CURRENT"] == "1"
    failed = shop.run(("migrate/apply",), **where)
    assert failed.returncode == 1
    assert "table more already exists" in failed.stdout
