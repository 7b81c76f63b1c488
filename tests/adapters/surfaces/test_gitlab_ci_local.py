"""The component in a consumer's pipeline, run by gitlab-ci-local with the shell executor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_gitlab import FakeGitLab, fake_gitlab
from gitlab_ci_local import gitlab_ci_local, in_component_project
from gitlab_shop import BOT, GIT, MIGRATIONS, Shop, job_variables, make_shop

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def program() -> Path:
    """gitlab-ci-local."""
    return gitlab_ci_local()


@pytest.fixture
def fake() -> Iterator[FakeGitLab]:
    with fake_gitlab(tokens={"glpat-bot": BOT}) as server:
        yield server


@pytest.fixture
def shop(tmp_path: Path, fake: FakeGitLab, database: str) -> Shop:
    """A project that holds the component too, since gitlab-ci-local finds only components of the same project."""
    shop = make_shop(tmp_path, fake, database)
    shutil.copytree(ROOT / "gitlab-components/templates", shop.root / "templates")
    return shop


def _pipeline(shop: Shop, inputs: str, more: str = "") -> None:
    component = "$CI_SERVER_FQDN/$CI_PROJECT_PATH/migrate-lint@$CI_COMMIT_SHA"
    indented = "".join(f"      {line}\n" for line in inputs.splitlines())
    (shop.root / ".gitlab-ci.yml").write_text(
        f"stages: [test, deploy]\ninclude:\n  - component: {component}\n    inputs:\n{indented}{more}"
    )
    shop.commit("pipeline")


def _run(shop: Shop, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = job_variables(shop.fake, shop.root, 1, shop.git("rev-parse", "HEAD"))
    given = [word for name, value in variables.items() for word in ("--variable", f"{name}={value}")]
    scripts = Path(sys.executable).parent
    with in_component_project(shop):
        return subprocess.run(
            [program, "--force-shell-executor", "--concurrency", "1", *given, *arguments],
            cwd=shop.root,
            env={
                **os.environ,
                **GIT,
                "GIT_SSH_COMMAND": "false",
                "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
                "NO_COLOR": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )


def test_a_change_that_fails(shop: Shop, fake: FakeGitLab, program: Path) -> None:
    shop.write("2_drop.sql", "ALTER TABLE users DROP COLUMN mail;\n")
    _pipeline(shop, f"dir: file://{MIGRATIONS}\ndev-url: {json.dumps(shop.dev_url)}\nlabel: 'a \"b\": #c'")

    done = _run(shop, program)

    assert done.returncode == 1, done.stdout + done.stderr
    [note] = shop.notes()
    assert "DS103" in note
    assert [status["status"] for status in fake.statuses] == ["failed"]
    assert fake.statuses[0]["name"] == 'schema-action migrate/lint (a "b": #c)'
    exported = shop.root / ".gitlab-ci-local/artifacts/schema-lint/schema-action-reports"
    assert "SCHEMA_ACTION_OUTPUT_VERDICT=failed" in (exported / "outputs.env").read_text()
    quality = json.loads((exported / "code-quality.json").read_text())
    assert "DS103" in {entry["check_name"] for entry in quality}


def test_a_change_that_passes_hands_its_outputs_to_later_jobs(shop: Shop, fake: FakeGitLab, program: Path) -> None:
    shop.write("2_drop.sql", "ALTER TABLE users DROP COLUMN mail;\n")
    inputs = [
        f"dir: file://{MIGRATIONS}",
        f"dev-url: {json.dumps(shop.dev_url)}",
        "job-name: check migrations",
        "fail-on: error",
        "severity: [DS103=warning, BC104=off]",
        "comment: failures",
    ]
    later = (
        "later:\n  stage: deploy\n  script:\n"
        '    - test "$SCHEMA_ACTION_OUTPUT_VERDICT $SCHEMA_ACTION_OUTPUT_WARNINGS" = "passed 1"\n'
        '    - test -s "$SCHEMA_ACTION_OUTPUT_SARIF"\n'
    )
    _pipeline(shop, "\n".join(inputs), later)

    done = _run(shop, program)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "later" in done.stdout
    assert shop.notes() == []
    assert [status["status"] for status in fake.statuses] == ["success"]


def test_a_value_that_is_no_option_is_refused(shop: Shop, program: Path) -> None:
    _pipeline(shop, "fail-on: sometimes")
    done = _run(shop, program)
    assert done.returncode != 0
    assert "not in the list of allowed options" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("inputs", "jobs"),
    [
        ("dir: file://a", ["schema-lint"]),
        ("dev-image: postgres:17", ["schema-lint-with-service"]),
        ("job-name: lint\ndev-image: $CI_REGISTRY_IMAGE/postgres:17", ["lint-with-service"]),
        ("rules: [{ if: $NIGHTLY }]", []),
    ],
)
def test_one_of_two_jobs_runs(shop: Shop, program: Path, inputs: str, jobs: list[str]) -> None:
    _pipeline(shop, inputs)
    done = _run(shop, program, "--list-csv")
    assert done.returncode == 0, done.stdout + done.stderr
    listed = [line.split(";")[0] for line in done.stdout.splitlines() if line.count(";") > 3]
    assert listed[1:] == jobs


def test_the_component_twice_in_one_pipeline(shop: Shop, fake: FakeGitLab, program: Path) -> None:
    """Two directories: two jobs, two notes."""
    component = "$CI_SERVER_FQDN/$CI_PROJECT_PATH/migrate-lint@$CI_COMMIT_SHA"
    second = "db/other"
    shutil.copytree(shop.root / MIGRATIONS, shop.root / second)
    shop.write("2_orders.sql", "CREATE TABLE orders (id bigint PRIMARY KEY);\n")
    more = f"  - component: {component}\n    inputs:\n      job-name: other\n      dir: file://{second}\n"
    more += f"      dev-url: {json.dumps(shop.dev_url)}\n"
    _pipeline(shop, f"dir: file://{MIGRATIONS}\ndev-url: {json.dumps(shop.dev_url)}", more)

    done = _run(shop, program)

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(shop.notes()) == 2
    assert len(fake.statuses) == 2


def test_the_component_projects_own_pipeline(tmp_path: Path, fake: FakeGitLab, database: str, program: Path) -> None:
    """As a check of its jobs' scripts; the release and the job with a service need a real GitLab."""
    shop = make_shop(tmp_path, fake, database)
    shutil.rmtree(shop.root / "db")
    shutil.copytree(ROOT / "gitlab-components", shop.root, dirs_exist_ok=True)
    shop.commit("component project")

    done = _run(shop, program, "--needs", "check-embedded", "check-refused", "--variable", "GITLAB_TOKEN=")

    assert done.returncode == 0, done.stdout + done.stderr
    assert fake.log == []
