"""GitLab's component in the real image, run by gitlab-ci-local: embedded, and with the database as a service."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from container_engine import BASE, ROOT, Engine, EngineError
from fake_gitlab import FakeGitLab, fake_gitlab
from gitlab_ci_local import gitlab_ci_local, in_component_project
from gitlab_shop import BOT, GIT, MIGRATIONS, Shop, job_variables, make_shop

HELPER = "schema-action-test-rsync"
DROP = "ALTER TABLE users DROP COLUMN mail;\n"
CLEAN = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"


@pytest.fixture(scope="session")
def program() -> Path:
    """gitlab-ci-local."""
    return gitlab_ci_local()


@pytest.fixture(scope="session")
def helper_image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What gitlab-ci-local copies files with, in place of an image that would be pulled."""
    folder = tmp_path_factory.mktemp("helper")
    install = "apt-get update -qq && apt-get install -qq --yes --no-install-recommends rsync"
    (folder / "Dockerfile").write_text(f"FROM {BASE}\nRUN {install}\n")
    try:
        engine.docker("build", "--quiet", "--tag", HELPER, str(folder))
    except EngineError as error:
        pytest.skip(f"NOT RUN: no image with rsync can be built: {str(error)[-300:]}")
    return HELPER


@pytest.fixture
def fake(engine: Engine) -> Iterator[FakeGitLab]:
    """A fake that containers reach, at the address of the engine's own network."""
    gateway = engine.docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")
    try:
        with fake_gitlab(host=gateway, tokens={"glpat-bot": BOT}) as server:
            yield server
    except OSError as error:
        pytest.skip(f"NOT RUN: containers cannot reach this machine at {gateway}: {error}")


@pytest.fixture
def shop(tmp_path: Path, fake: FakeGitLab) -> Shop:
    shop = make_shop(tmp_path, fake, dev_url="")
    shutil.copytree(ROOT / "gitlab-components/templates", shop.root / "templates")
    return shop


def _run(shop: Shop, program: Path, helper_image: str) -> subprocess.CompletedProcess[str]:
    variables = job_variables(shop.fake, shop.root, 1, shop.git("rev-parse", "HEAD"))
    del variables["CI_PROJECT_DIR"]  # gitlab-ci-local knows where in the container it puts the checkout
    given = [word for name, value in variables.items() for word in ("--variable", f"{name}={value}")]
    with in_component_project(shop):
        return subprocess.run(
            [program, "--helper-image", helper_image, "--pull-policy", "if-not-present", *given],
            cwd=shop.root,
            env={**os.environ, **GIT, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )


def _pipeline(shop: Shop, image: str, *more: str) -> None:
    component = "$CI_SERVER_FQDN/$CI_PROJECT_PATH/migrate-lint@$CI_COMMIT_SHA"
    inputs = "".join(f"      {line}\n" for line in (f"dir: file://{MIGRATIONS}", f"image: {image}", *more))
    (shop.root / ".gitlab-ci.yml").write_text(f"include:\n  - component: {component}\n    inputs:\n{inputs}")
    shop.commit("pipeline")


def test_with_the_embedded_database(
    shop: Shop, fake: FakeGitLab, program: Path, container_image: str, helper_image: str
) -> None:
    shop.write("2_drop.sql", DROP)
    _pipeline(shop, container_image)

    done = _run(shop, program, helper_image)

    assert done.returncode == 1, done.stdout + done.stderr
    [note] = shop.notes()
    assert "DS103" in note
    assert fake.threads()
    assert [status["status"] for status in fake.statuses] == ["failed"]
    exported = shop.root / ".gitlab-ci-local/artifacts/schema-lint/schema-action-reports"
    assert "SCHEMA_ACTION_OUTPUT_VERDICT=failed" in (exported / "outputs.env").read_text()
    assert "DS103" in {entry["check_name"] for entry in json.loads((exported / "code-quality.json").read_text())}


def test_with_the_database_as_a_service(
    shop: Shop, fake: FakeGitLab, program: Path, container_image: str, postgres_image: str, helper_image: str
) -> None:
    shop.write("2_orders.sql", CLEAN)
    _pipeline(shop, container_image, f"dev-image: {postgres_image}")

    done = _run(shop, program, helper_image)

    assert done.returncode == 0, done.stdout + done.stderr
    [note] = shop.notes()
    assert "PASSED" in note
    assert "PostgreSQL 18" in note
    assert "embedded" not in note
    exported = shop.root / ".gitlab-ci-local/artifacts/schema-lint-with-service/schema-action-reports"
    assert "SCHEMA_ACTION_OUTPUT_FILES=1" in (exported / "outputs.env").read_text()
