"""``schema/plan`` and ``schema/apply`` on real databases, as processes: plan, hand-over, approval, refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from action_process import outputs_of, run_action

from schema_core.dialects.protocol import Scope
from schema_core.dialects.registry import dialect_of_url

FIRST = "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n"
MORE = "CREATE TABLE users (id bigint PRIMARY KEY, name text, mail text);\n"
LESS = "CREATE TABLE users (id bigint PRIMARY KEY);\n"


@pytest.fixture(params=["database", "sqlite_file"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database on each engine."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def shop(tmp_path: Path, url: str) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "schema.sql").write_text(FIRST)
    assert run_action(root, "schema/apply", url=url, to="file://schema.sql", auto_approve="true").returncode == 0
    return root


def columns(url: str) -> set[str]:
    session = dialect_of_url(url).connect(url)
    try:
        return {ref.name for ref in session.inspect(Scope()).realm if ref.kind == "column"}
    finally:
        session.close()


def test_a_plan_is_handed_over_by_its_file_and_by_its_digest(shop: Path, url: str) -> None:
    (shop / "schema.sql").write_text(MORE)
    planned = run_action(shop, "schema/plan", **{"from": url}, to="file://schema.sql")
    assert planned.returncode == 0, planned.stderr
    plan = outputs_of(planned)
    assert (plan["verdict"], plan["status"], plan["statements"]) == ("passed", "planned", "1")
    assert "mail" in (shop / plan["reports"] / "report.md").read_text()
    assert json.loads((shop / plan["plan"]).read_text())["digest"] == plan["digest"]
    assert "mail" not in columns(url)

    other = run_action(shop, "schema/apply", url=url, to="file://schema.sql", plan=f"sha256:{'0' * 64}")
    assert other.returncode == 2
    assert "is not the one that was looked at" in other.stderr

    applied = run_action(shop, "schema/apply", url=url, to="file://schema.sql", plan=plan["digest"])
    assert applied.returncode == 0, applied.stderr
    assert outputs_of(applied)["status"] == "applied"
    assert "mail" in columns(url)

    again = run_action(shop, "schema/apply", url=url, to="file://schema.sql", plan=plan["plan"])
    assert (again.returncode, outputs_of(again)["status"]) == (0, "synced")


def test_nothing_is_changed_that_nobody_agreed_to(shop: Path, url: str) -> None:
    (shop / "schema.sql").write_text(MORE)
    done = run_action(shop, "schema/apply", url=url, to="file://schema.sql")
    outputs = outputs_of(done)
    assert (done.returncode, outputs["status"]) == (1, "declined")
    assert outputs["digest"] in outputs["error"]
    assert "auto-approve: true" in done.stderr
    assert "mail" not in columns(url)
    report = (shop / outputs["reports"] / "report.md").read_text()
    assert report.startswith("### ❌ Schema apply NOT APPLIED")

    dry = run_action(shop, "schema/apply", url=url, to="file://schema.sql", dry_run="true")
    assert (dry.returncode, outputs_of(dry)["status"]) == (0, "planned")
    assert "mail" not in columns(url)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"lint_review": "ERROR"}, "asks for a review of 1 finding"),
        ({"review_changes": "rename *\ndrop column"}, "asks for a review of what the plan does"),
        ({"deny_changes": "* column"}, "deny-changes forbids what the plan does"),
    ],
)
def test_a_policy_holds_although_all_is_approved(shop: Path, url: str, policy: dict[str, str], words: str) -> None:
    (shop / "schema.sql").write_text(LESS)
    done = run_action(shop, "schema/apply", url=url, to="file://schema.sql", auto_approve="true", **policy)
    assert done.returncode == 1, done.stderr
    assert words in done.stderr
    assert "name" in columns(url)


def test_what_was_looked_at_passes_a_review_but_no_prohibition(shop: Path, url: str) -> None:
    (shop / "schema.sql").write_text(LESS)
    digest = outputs_of(run_action(shop, "schema/plan", **{"from": url}, to="file://schema.sql"))["digest"]
    given = {"url": url, "to": "file://schema.sql", "plan": digest}
    denied = run_action(shop, "schema/apply", **given, deny_changes="drop column")
    assert denied.returncode == 1, denied.stderr
    assert "name" in columns(url)
    assert run_action(shop, "schema/apply", **given, review_changes="drop column").returncode == 0
    assert "name" not in columns(url)


def test_grave_findings_fail_the_plan(shop: Path, url: str) -> None:
    (shop / "schema.sql").write_text(LESS)
    done = run_action(shop, "schema/plan", **{"from": url}, to="file://schema.sql")
    outputs = outputs_of(done)
    assert (done.returncode, outputs["verdict"], outputs["errors"]) == (1, "failed", "1")
    assert "DS103" in (shop / outputs["reports"] / "report.md").read_text()
    lenient = run_action(shop, "schema/plan", **{"from": url}, to="file://schema.sql", fail_on="never")
    assert lenient.returncode == 0


def test_a_failing_plan_says_what_became_of_it(shop: Path, url: str) -> None:
    session = dialect_of_url(url).connect(url)
    session.execute("INSERT INTO users (id) VALUES (1)")
    session.close()
    (shop / "schema.sql").write_text("CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n")
    done = run_action(shop, "schema/apply", url=url, to="file://schema.sql", auto_approve="true")
    outputs = outputs_of(done)
    assert (done.returncode, outputs["status"]) == (1, "failed"), done.stderr
    assert outputs["error"]
    report = (shop / outputs["reports"] / "report.md").read_text()
    assert "Nothing was applied; the schema is as it was." in report
    assert json.loads((shop / outputs["json"]).read_text())["status"] == "failed"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"url": ""}, "The input url is needed"),
        ({"to": ""}, "The input to is needed"),
        ({"plan": "atlas://shop/plans/1"}, "there is no registry"),
        ({"deny_changes": "drop"}, "The input deny-changes takes a verb"),
        ({"env": "prod"}, "the project file is not read yet"),
        ({"lint_review": "always"}, "The input lint-review takes ALWAYS, WARNING, ERROR"),
        ({"lock_timeout": "soon"}, "lock-timeout takes a duration"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, sqlite_file: str, inputs: dict[str, str], words: str) -> None:
    (tmp_path / "schema.sql").write_text(FIRST)
    done = run_action(tmp_path, "schema/apply", **{"url": sqlite_file, "to": "file://schema.sql", **inputs})
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
