"""``migrate/apply`` and ``migrate/set`` in steps of a pipeline, on a real database."""

from __future__ import annotations

from bitbucket_step import Repository, Run
from documented_revisions import sum_file
from fake_bitbucket import FakeBitbucket

FILES = {"1_users.sql": "CREATE TABLE users (id bigint);\n", "2_more.sql": "CREATE TABLE more (id bigint);\n"}


def test_a_step_applies_what_is_left(fake: FakeBitbucket, repository: Repository, run: Run, sqlite_file: str) -> None:
    repository.commit("2_orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n")
    step = repository.pull_request_step()
    folder = step.clone / "db"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "atlas.sum").write_text(sum_file(FILES))
    where = {"SCHEMA_ACTION_URL": sqlite_file, "SCHEMA_ACTION_DIR": "file://db"}
    applied = run(step, "migrate/apply", **where)
    assert (applied.code, applied.warnings) == (0, []), applied.err
    assert "OUTPUT_APPLIED_COUNT='2'" in applied.outputs.read_text()
    assert {status["name"] for status in fake.statuses.values()} == {"schema-action migrate/apply (db)"}
    back = run(step, "migrate/set", SCHEMA_ACTION_VERSION="1", **where)
    assert back.code == 0, back.err
    assert "OUTPUT_CURRENT='1'" in back.outputs.read_text()
