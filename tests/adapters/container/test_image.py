"""The image: what is in it, as whom it runs, and what it leaves behind."""

import json
import os
import re
import time
from collections.abc import Callable

import pytest
from checkout import Checkout
from container_engine import ROOT, Engine, Finished

from schema_core import __version__
from schema_core.addresses import DOCUMENTATION, REPOSITORY

EXTENSIONS = ("pgcrypto", "uuid-ossp", "citext", "pg_trgm", "hstore", "vector")
WORKSPACE = "/github/workspace"

Make = Callable[..., Checkout]


def lint(
    engine: Engine, image: str, checkout: Checkout, *options: str, arguments: tuple[str, ...] = (), **inputs: str
) -> Finished:
    """Run the action as somebody does by hand: no platform's variables, no network."""
    variables = [f"SCHEMA_ACTION_{name.upper()}={value}" for name, value in inputs.items()]
    return engine.try_docker(
        *("run", "--rm", "--network", "none", "--volume", f"{checkout.path}:{WORKSPACE}", "--workdir", WORKSPACE),
        *(word for variable in variables for word in ("--env", variable)),
        *(*options, image, *(arguments or ("migrate/lint",))),
    )


def test_extensions_are_there_without_a_network(engine: Engine, container_image: str, checkout: Make) -> None:
    new = "".join(f'CREATE EXTENSION "{name}";\n' for name in EXTENSIONS)
    new += "CREATE TABLE notes (id uuid DEFAULT uuid_generate_v4(), text citext, near vector(3), more hstore);\n"
    new += "SELECT crypt('x', gen_salt('bf')), similarity('word', 'words');\n"
    done = lint(engine, container_image, checkout(new))
    assert done.code == 0, done.output
    for name in EXTENSIONS:
        assert f"creates extension {name}" in done.stdout


@pytest.mark.parametrize("major", [17, 18])
def test_two_majors_are_there_with_their_templates(
    engine: Engine, container_image: str, checkout: Make, major: int
) -> None:
    done = lint(engine, container_image, checkout("CREATE EXTENSION vector;\n"), dev_url=f"embedded://postgres/{major}")
    assert done.code == 0, done.output
    assert f"PostgreSQL {major}" in done.stdout
    script = (
        "from pathlib import Path\n"
        "from schema_core.devdb.cache import cache_directory\n"
        "from schema_core.dialects.postgres.binaries import find_binaries\n"
        "from schema_core.dialects.postgres.data_directory import DataDirectories\n"
        f"binaries = find_binaries({major}, cache_directory())\n"
        "print(DataDirectories(binaries, cache_directory()).copy(Path('/tmp/data')))\n"
    )
    options = ("--rm", "--network", "none", "--user", "12345", "--entrypoint", "/opt/venv/bin/python")
    assert engine.docker("run", *options, container_image, "-I", "-c", script) == "True"


@pytest.mark.parametrize(
    ("new", "inputs", "code"),
    [
        ("CREATE TABLE orders (id bigint PRIMARY KEY);\n", {}, 0),
        ("ALTER TABLE users ADD COLUMN name text;\n", {}, 0),
        ("", {}, 0),
        ("DROP TABLE users;\n", {}, 1),
        ("DROP TABLE users;\n", {"fail_on": "never"}, 0),
        ("ALTER TABLE nowhere ADD COLUMN name text;\n", {}, 1),
        ("CREATE TABLE orders (id bigint PRIMARY KEY);\n", {"dir": "file://elsewhere"}, 2),
        ("CREATE TABLE orders (id bigint PRIMARY KEY);\n", {"fail_on": "sometimes"}, 2),
    ],
)
def test_exit_codes(
    engine: Engine, container_image: str, checkout: Make, new: str, inputs: dict[str, str], code: int
) -> None:
    done = lint(engine, container_image, checkout(new), **inputs)
    assert done.code == code, done.output
    assert "Traceback" not in done.output


def test_a_checkout_of_another_user_is_trusted_and_stays_the_users(
    engine: Engine, container_image: str, checkout: Make
) -> None:
    """The run uses git on somebody else's repository, writes reports into it, and leaves nothing of root's."""
    made = checkout("DROP TABLE users;\n")
    before = made.owners()
    assert before != {(0, 0)}, "the test would show nothing"
    done = lint(engine, container_image, made)
    assert done.code == 1, done.output
    (report,) = made.path.glob("schema-action-reports/*/report.json")
    assert json.loads(report.read_text())["verdict"] == "failed"
    assert made.owners() == before


def test_a_checkout_of_root_works_too(engine: Engine, container_image: str, checkout: Make) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
    made = checkout("CREATE TABLE orders (id bigint PRIMARY KEY);\n")
    made.give_to(0, 0)
    assert lint(engine, container_image, made).code == 0
    assert made.owners() == {(0, 0)}


def test_a_user_without_a_name_on_a_read_only_system(engine: Engine, container_image: str, checkout: Make) -> None:
    made = checkout("CREATE TABLE orders (id bigint PRIMARY KEY);\n")
    (made.path / "schema-action-reports").mkdir(mode=0o777)
    (made.path / "schema-action-reports").chmod(0o777)
    done = lint(
        engine,
        container_image,
        made,
        "--user",
        "12345:6789",
        "--read-only",
        "--tmpfs",
        "/tmp",
        "--env",
        "HOME=/nowhere",
    )
    assert done.code == 0, done.output
    assert "passed" in done.stdout.lower()


def test_files_of_the_checkout_are_not_imported(engine: Engine, container_image: str, checkout: Make) -> None:
    made = checkout("CREATE TABLE orders (id bigint PRIMARY KEY);\n")
    for name in ("json", "schema_ci", "schema_core", "jinja2", "sitecustomize"):
        (made.path / f"{name}.py").write_text("raise SystemExit('imported from the checkout')\n")
    done = lint(engine, container_image, made, "--env", f"PYTHONPATH={WORKSPACE}")
    assert done.code == 0, done.output


def test_the_command_line_is_there(engine: Engine, container_image: str) -> None:
    """For jobs that run in the image, as GitLab's do."""
    script = "schema-action version && schema-action-ci --version && git --version && docker --version"
    done = engine.try_docker("run", "--rm", "--network", "none", "--entrypoint", "sh", container_image, "-c", script)
    assert done.code == 0, done.output
    assert done.stdout.count(__version__) >= 2


def test_version_loads_little(engine: Engine, container_image: str) -> None:
    """What the start of a container costs is mostly imports."""
    options = ("--rm", "--network", "none", "--entrypoint", "/opt/venv/bin/python", container_image)
    script = "-I", "-X", "importtime", "-m", "schema_ci", "--version"
    done = engine.try_docker("run", *options, *script)
    assert done.stdout == f"{__version__}\n"
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "schema_ci.main" in loaded
    assert {name.partition(".")[0] for name in loaded} & {"psycopg", "postgast", "github", "gitlab", "httpx"} == set()


def test_every_module_is_compiled(engine: Engine, container_image: str) -> None:
    """An image's files do not change, so compiling at every start would be for nothing."""
    script = (
        "import sys, pathlib, importlib.util\n"
        "import schema_core.dialects.postgres.dialect, schema_core.dialects.postgres.session, github, gitlab, httpx\n"
        "files = [m.__cached__ for m in sys.modules.values() if getattr(m, '__cached__', None)]\n"
        "print(sorted(f for f in files if not pathlib.Path(f).exists()), len(files))\n"
    )
    options = ("--rm", "--network", "none", "--read-only", "--entrypoint", "/opt/venv/bin/python")
    done = engine.try_docker("run", *options, container_image, "-I", "-c", script)
    assert re.fullmatch(r"\[\] \d{3,}\n", done.stdout), done.output


def test_labels_name_the_project(engine: Engine, container_image: str) -> None:
    labels = json.loads(engine.docker("image", "inspect", "--format", "{{json .Config.Labels}}", container_image))
    prefix = "org.opencontainers.image"
    assert labels[f"{prefix}.source"] == REPOSITORY
    assert labels[f"{prefix}.documentation"] == f"{DOCUMENTATION}/image.md"
    assert labels[f"{prefix}.licenses"] == "Apache-2.0"
    assert labels[f"{prefix}.title"] == "schema-action"


def test_the_context_holds_what_the_dockerfile_copies(tmp_path_factory: pytest.TempPathFactory) -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied: set[str] = set()
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            copied |= set(line.split()[1:-1])
    assert copied == allowed


_SLOW = "SELECT pg_sleep(600);\n"


@pytest.mark.parametrize(("signal", "code"), [("TERM", 143), ("INT", 130)])
def test_a_signal_ends_the_run_quickly(
    engine: Engine, container_image: str, checkout: Make, signal: str, code: int
) -> None:
    made = checkout(_SLOW)
    before = made.owners()
    container = engine.docker(
        *("run", "--detach", "--network", "none", "--volume", f"{made.path}:{WORKSPACE}", "--workdir", WORKSPACE),
        *(container_image, "migrate/lint"),
    )
    try:
        _wait_for(engine, container, "[local] SELECT")
        engine.docker("kill", "--signal", signal, container)
        assert engine.docker("wait", container) == str(code)
        assert "Traceback" not in engine.try_docker("logs", container).output
        assert made.owners() == before
        left = engine.docker("diff", container)
        assert "/tmp/schema-action-0/run-" not in left
    finally:
        engine.docker("rm", "--force", container)


def _wait_for(engine: Engine, container: str, title: str) -> None:
    """Wait for a process of the container with this in its title."""
    while title not in (listed := engine.docker("top", container, "-eo", "pid,args")):
        assert engine.docker("ps", "--quiet", "--no-trunc", "--filter", f"id={container}"), listed
        time.sleep(0.1)
