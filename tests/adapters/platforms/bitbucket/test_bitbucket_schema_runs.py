"""``schema/plan`` and ``schema/apply`` in steps of a pipeline, on a real database."""

from __future__ import annotations

from bitbucket_step import Repository, Run
from fake_bitbucket import FakeBitbucket


def test_a_plan_is_commented_and_its_digest_applies_it(
    fake: FakeBitbucket, repository: Repository, run: Run, sqlite_file: str
) -> None:
    repository.commit("2_orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n")
    step = repository.pull_request_step()
    (step.clone / "schema.sql").write_text("CREATE TABLE users (id integer PRIMARY KEY, name text);\n")
    where = {"SCHEMA_ACTION_TO": "file://schema.sql", "SCHEMA_ACTION_DEV_URL": ""}
    planned = run(step, "schema/plan", SCHEMA_ACTION_FROM=sqlite_file, **where)
    assert (planned.code, planned.warnings) == (0, []), planned.err
    (comment,) = fake.shown_comments()
    text = str(comment["content"]["raw"])
    assert "Schema plan PLANNED: 1 statement" in text
    assert "<details>" not in text
    outputs = planned.outputs.read_text()
    digest = outputs.partition("OUTPUT_DIGEST='")[2].partition("'")[0]
    assert digest in text
    assert fake.reports == {}

    applied = run(step, "schema/apply", SCHEMA_ACTION_URL=sqlite_file, SCHEMA_ACTION_PLAN=digest, **where)
    assert applied.code == 0, applied.err
    assert "OUTPUT_STATUS='applied'" in applied.outputs.read_text()
    assert {status["name"] for status in fake.statuses.values()} == {
        "schema-action schema/plan (schema.sql)",
        "schema-action schema/apply (schema.sql)",
    }
