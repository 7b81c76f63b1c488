"""``docker://`` against a stand-in for the docker program.

The stand-in records its arguments and says where the "container" listens: there, the real embedded server answers
behind a TCP port, so that connecting, waiting and cleaning up are real. The login is not: that server trusts everybody.
"""

import json
import os
import select
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import psycopg
import pytest

from schema_core.devdb.containers import remove_leftover
from schema_core.devdb.development_database import SCRATCH_PREFIX, development_database
from schema_core.dialects.postgres.databases import drop_database
from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.postgres.server import Server
from schema_core.schema.errors import UserError
from schema_core.text.redact import redact

_DOCKER = """#!{python} -I
import json, os, sys
from pathlib import Path

here = Path({here!r})
settings = json.loads((here / "settings").read_text())
with (here / "calls").open("a") as calls:
    environment = {{key: value for key, value in os.environ.items() if key.startswith("POSTGRES_")}}
    calls.write(json.dumps([sys.argv[1:], environment]) + "\\n")
command = sys.argv[1]
if command in settings["fail"]:
    sys.exit("docker: Error response from daemon: " + settings["fail"][command] + "\\nRun 'docker run --help'.")
if command == "run":
    (here / "running").write_text(sys.argv[sys.argv.index("--name") + 1])
if command == "port":
    print("127.0.0.1:" + str(settings["port"]))
if command == "inspect":
    print(" ".join(settings["inner"]))
if command == "ps" and (here / "running").exists():
    print("0123456789ab")
if command == "rm" and (here / "running").exists():
    assert (here / "running").read_text() == sys.argv[-1]
    (here / "running").unlink()
"""


class _Forward(socketserver.BaseRequestHandler):
    """Copies bytes between a TCP client and the server's socket."""

    path = ""

    def handle(self) -> None:
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(self.path)
            ends = {self.request: server, server: self.request}
            while True:
                for ready in select.select(list(ends), [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    ends[ready].sendall(data)


@pytest.fixture
def port(postgres_server: Server) -> Iterator[int]:
    """A TCP port of this machine behind which the embedded server is."""
    directory = parse_qs(urlsplit(postgres_server.url).query)["host"][0]
    handler = type("Forward", (_Forward,), {"path": f"{directory}/.s.PGSQL.5432"})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as proxy:
        proxy.daemon_threads = True
        threading.Thread(target=proxy.serve_forever).start()
        yield proxy.server_address[1]
        proxy.shutdown()


class Docker:
    """The stand-in's memory."""

    def __init__(self, here: Path, port: int) -> None:
        self.here = here
        self.set(port=port)

    def set(self, *, port: int = 1, fail: dict[str, str] | None = None, inner: tuple[str, ...] = ()) -> None:
        (self.here / "settings").write_text(json.dumps({"port": port, "fail": fail or {}, "inner": inner}))

    def calls(self, command: str) -> list[tuple[list[str], dict[str, str]]]:
        lines = (self.here / "calls").read_text().splitlines() if (self.here / "calls").exists() else []
        return [(words, environment) for words, environment in map(json.loads, lines) if words[0] == command]

    @property
    def running(self) -> bool:
        return (self.here / "running").exists()


@pytest.fixture
def docker(
    tmp_path: Path, port: int, database: str, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Docker]:
    program = tmp_path / "docker"
    program.write_text(_DOCKER.format(python=sys.executable, here=str(tmp_path)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    yield Docker(tmp_path, port)
    # What a real container holds goes with it.
    with psycopg.connect(postgres_server.url, autocommit=True) as connection:
        query = "select datname from pg_database where starts_with(datname, %s)"
        for (left,) in connection.execute(query, (SCRATCH_PREFIX,)).fetchall():
            drop_database(postgres_server.url, left)


@pytest.fixture
def name(database: str) -> str:
    """The database that the "image" creates."""
    return urlsplit(database).path[1:]


def test_a_container_of_the_official_image(docker: Docker, name: str) -> None:
    notices: list[str] = []
    with development_database(f"docker://postgres/18-alpine/{name}?search_path=app", notify=notices.append) as dev:
        assert docker.running
        assert dev.can_copy
        session = dev.connect()
        session.execute("create table app.t (id int)")
        session.close()
        dev.keep_base()
        with dev.copy_of_base() as copy:
            copy.execute("select * from t")
    assert not docker.running
    ((words, environment),) = docker.calls("run")
    assert words[words.index("--publish") + 1] == "127.0.0.1::5432"
    assert "postgres:18-alpine" in words
    assert words[words.index("--label") + 1] == "schema-action"
    assert {"--detach", "--rm", "fsync=off"} <= set(words)
    assert environment["POSTGRES_DB"] == name
    assert environment["POSTGRES_PASSWORD"] not in words
    assert redact(environment["POSTGRES_PASSWORD"]) == "***"
    assert notices == ["Starting a container of postgres:18-alpine."]


def test_nothing_of_the_environment_reaches_a_container(
    docker: Docker, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=elsewhere")

    with development_database(f"docker://postgres/18/{name}", notify=lambda _: None) as dev:
        session = dev.connect()
        assert session.connected_schema() == "public"
        session.close()


def test_another_image_gets_no_arguments(docker: Docker, name: str) -> None:
    with development_database(f"docker+postgres://_/postgis/postgis:18-3.6/{name}", notify=lambda _: None):
        pass
    ((words, _),) = docker.calls("run")
    assert words[-1] == "postgis/postgis:18-3.6"


def test_a_container_beside_ours_is_reached_by_its_own_address(docker: Docker, name: str, port: int) -> None:
    """The published port answers nobody, as when we run in a container that shares the engine's socket."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        docker.set(port=taken.getsockname()[1], inner=("127.0.0.1",))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(DIALECT), "container", msgspec.structs.replace(DIALECT.container, port=port))
            with development_database(f"docker://postgres/18/{name}", notify=lambda _: None) as dev:
                assert dev.server.major == 18


def test_an_image_that_is_not_empty_is_refused(docker: Docker, name: str, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("create table t (id int)")
    with pytest.raises(UserError, match="not clean"):
        development_database(f"docker://postgres/18/{name}", notify=lambda _: None).__enter__()
    assert not docker.running


def test_what_docker_says_is_told(docker: Docker) -> None:
    docker.set(fail={"run": "manifest unknown"})
    with pytest.raises(UserError, match=r"postgres:99 .*manifest unknown; .*embedded://postgres"):
        development_database("docker://postgres/99/dev", notify=lambda _: None).__enter__()
    assert docker.calls("rm")


def test_a_container_that_ends_by_itself_is_told(docker: Docker) -> None:
    docker.set(port=1, fail={"ps": "gone"})
    with pytest.raises(UserError, match="gone"):
        development_database("docker://postgres/18/dev", notify=lambda _: None).__enter__()
    assert not docker.running


def test_no_docker_names_the_way_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="embedded://postgres"):
        development_database("docker://postgres/18/dev", notify=lambda _: None).__enter__()


@pytest.mark.parametrize(
    ("endpoint", "published"),
    [
        ("tcp://192.0.2.1:2375", "0.0.0.0::5432"),
        ("unix:///x.sock", "127.0.0.1::5432"),
        ("tcp://localhost:1", "127.0.0.1::5432"),
    ],
)
def test_a_remote_engine_publishes_where_we_can_reach_it(
    docker: Docker, monkeypatch: pytest.MonkeyPatch, endpoint: str, published: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", endpoint)
    docker.set(fail={"port": "stop here"})
    with pytest.raises(UserError):
        development_database("docker://postgres/18/dev", notify=lambda _: None).__enter__()
    ((words, _),) = docker.calls("run")
    assert words[words.index("--publish") + 1] == published


_RUN = """
import sys, time
from schema_core.devdb.development_database import development_database

with development_database(sys.argv[1], notify=lambda _: None):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_removes_the_container(docker: Docker, name: str, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, f"docker://postgres/18/{name}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert docker.running
    process.send_signal(number)
    process.communicate(timeout=60)
    assert not docker.running


def test_the_container_of_a_killed_run_is_removed_by_the_next(docker: Docker, name: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, f"docker://postgres/18/{name}"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.kill()
    process.communicate()
    assert docker.running
    with development_database("embedded://postgres", notify=lambda _: None):
        assert not docker.running


def test_a_leftover_file_of_somebody_else_removes_nothing(docker: Docker, tmp_path: Path) -> None:
    (tmp_path / "container").write_text("production")
    remove_leftover(tmp_path)
    remove_leftover(tmp_path / "absent")
    assert not docker.calls("rm")


def test_a_container_without_an_engine_is_told_what_to_use_instead(
    docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker.set(fail={"run": f"Cannot connect to the Docker daemon at unix://{tmp_path}/docker.sock."})
    monkeypatch.setattr("schema_core.devdb.containers._SOCKET", tmp_path / "docker.sock")
    monkeypatch.setattr("schema_core.devdb.containers.in_container", lambda: True)
    with pytest.raises(UserError, match=r"embedded://postgres.* service of the job .*mount the engine's socket"):
        development_database("docker://postgres/18/dev", notify=lambda _: None).__enter__()
    (tmp_path / "docker.sock").touch()
    with pytest.raises(UserError, match="Cannot connect to the Docker daemon"):
        development_database("docker://postgres/18/dev", notify=lambda _: None).__enter__()


@pytest.mark.parametrize(("mode", "network"), [("github_network_1", "github_network_1"), ("bridge", None)])
def test_in_a_container_the_database_joins_our_network(
    docker: Docker, name: str, monkeypatch: pytest.MonkeyPatch, mode: str, network: str | None
) -> None:
    monkeypatch.setattr("schema_core.devdb.containers.own_container_id", lambda: "0123456789ab")
    docker.set(fail={"port": "stop here"}, inner=(mode,))
    with pytest.raises(UserError, match="stop here"):
        development_database("docker://postgres/18/dev", notify=lambda _: None).__enter__()
    ((inspected, _),) = docker.calls("inspect")
    assert inspected[-1] == "0123456789ab"
    ((words, _),) = docker.calls("run")
    assert (words[words.index("--network") + 1] if "--network" in words else None) == network


def test_an_engine_that_does_not_know_our_container_changes_nothing(
    docker: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema_core.devdb.containers.own_container_id", lambda: "0123456789ab")
    docker.set(fail={"inspect": "no such object", "port": "stop here"})
    with pytest.raises(UserError, match="stop here"):
        development_database("docker://postgres/18/dev", notify=lambda _: None).__enter__()
    ((words, _),) = docker.calls("run")
    assert "--network" not in words
