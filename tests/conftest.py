"""Real servers for every test: embedded PostgreSQL, one per test process, one fresh database per test."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from schema_core.devdb.runtime import run_directory
from schema_core.dialects.postgres.binaries import MAJORS
from schema_core.dialects.postgres.databases import create_database, drop_database
from schema_core.dialects.postgres.server import Server, start_server
from schema_core.schema.errors import UserError

_ROOT = Path(__file__).parent.parent
_CACHE = Path(os.environ.get("SCHEMA_ACTION_CACHE") or _ROOT / ".cache" / "schema-action")
_NUMBERS = itertools.count(1)

# A job in the background of a shell, or under nohup, inherits ignored signals, and so would the programs that tests
# send them to.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--every-major``: tests that are written for every major run on all of them, not only on 14 and 18."""
    parser.addoption(
        "--every-major", action="store_true", help="run the tests marked every_major on PostgreSQL 14 to 18"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes ``each_major_database`` runs on 14 and 18; marked ``every_major`` and asked for, on all."""
    if "each_major_database" not in metafunc.fixturenames:
        return
    every = metafunc.config.getoption("--every-major") and metafunc.definition.get_closest_marker("every_major")
    metafunc.parametrize("each_major_database", sorted(MAJORS) if every else (14, 18), indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not about its major, and tests for every major unless asked for (or written for 14 and 18)."""
    left_out = [item for item in items if not _is_about_its_major(item) or not _is_asked_for(config, item)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests want to be seen of a run that passes (``record_property("shown", …)``), from workers too."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "shown":
                terminalreporter.write_line(str(value))


def _is_about_its_major(item: pytest.Item) -> bool:
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    major = parameters.get("each_major_database")
    first = item.get_closest_marker("from_major")
    only = item.get_closest_marker("only_majors")
    return major is None or (
        (first is None or major >= first.args[0]) and (only is None or not only.args or major in only.args)
    )


def _is_asked_for(config: pytest.Config, item: pytest.Item) -> bool:
    if config.getoption("--every-major") or item.get_closest_marker("every_major") is None:
        return True
    return "each_major_database" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session", autouse=True)
def _our_cache() -> Iterator[None]:
    """Everything that a test starts uses one cache, so that templates and downloads are made once."""
    before = os.environ.get("SCHEMA_ACTION_CACHE")
    os.environ["SCHEMA_ACTION_CACHE"] = str(_CACHE)
    yield
    if before is None:
        del os.environ["SCHEMA_ACTION_CACHE"]
    else:
        os.environ["SCHEMA_ACTION_CACHE"] = before


@pytest.fixture(scope="session")
def postgres_of_major() -> Iterator[Callable[[int], Server]]:
    """A function that gives the running server of a major; skips the test when that major can't be had here."""
    servers: dict[int, Server | str] = {}
    with ExitStack() as stack:

        def give(major: int) -> Server:
            if major not in servers:
                servers[major] = _start(major, stack)
            found = servers[major]
            if isinstance(found, str):
                pytest.skip(found)
            return found

        yield give


@pytest.fixture(scope="session")
def postgres_server(postgres_of_major: Callable[[int], Server]) -> Server:
    """The embedded PostgreSQL 18 of this test process; ``.url`` is that of its maintenance database."""
    return postgres_of_major(18)


@pytest.fixture
def database(postgres_server: Server) -> Iterator[str]:
    """The URL of a fresh, empty database on PostgreSQL 18."""
    yield from _database_on(postgres_server)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> str:
    """The URL of a fresh, empty SQLite file."""
    path = tmp_path / "fresh.db"
    path.touch()
    return f"sqlite://{path}"


@pytest.fixture
def postgres_14_database(postgres_of_major: Callable[[int], Server]) -> Iterator[str]:
    """The URL of a fresh, empty database on PostgreSQL 14."""
    yield from _database_on(postgres_of_major(14))


@pytest.fixture
def each_major_database(request: pytest.FixtureRequest, postgres_of_major: Callable[[int], Server]) -> Iterator[str]:
    """The URL of a fresh, empty database; the test runs once for each of the majors (see the options)."""
    yield from _database_on(postgres_of_major(request.param))


def _database_on(server: Server) -> Iterator[str]:
    name = f"test_{next(_NUMBERS)}"
    yield create_database(server.url, name)
    drop_database(server.url, name)


def _start(major: int, stack: ExitStack) -> Server | str:
    """Start a server, downloading its binaries when need be; the reason as a text when that fails."""
    runtime = stack.enter_context(run_directory())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SCHEMA_ACTION_POSTGRES_DOWNLOAD", "1")
        try:
            server = start_server(major, runtime, _CACHE)
        except UserError as error:
            return f"PostgreSQL {major} is not available: {error}"
    stack.callback(server.stop)
    return server
