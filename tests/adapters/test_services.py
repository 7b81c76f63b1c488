"""Waiting for a database beside the job."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import pytest

from schema_ci.services import wait_for_service
from schema_core.schema.errors import UserError


def _free_port() -> int:
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@contextmanager
def _forwarded(port: int, path: str, *, after: float) -> Iterator[None]:
    """A server on a port, in front of one on a socket, that begins to listen after some seconds."""
    stop = threading.Event()

    def serve() -> None:
        stop.wait(after)
        with closing(socket.create_server(("127.0.0.1", port))) as server:
            server.settimeout(0.1)
            while not stop.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                backend = socket.socket(socket.AF_UNIX)
                backend.connect(path)
                for one, other in ((client, backend), (backend, client)):
                    threading.Thread(target=_copy, args=(one, other), daemon=True).start()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError), closing(target), closing(source):
        while data := source.recv(65536):
            target.sendall(data)


def test_a_database_that_starts_late_is_waited_for(database: str) -> None:
    parts = urlsplit(database)
    path = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.{parts.port or 5432}"
    port = _free_port()
    told: list[str] = []
    with _forwarded(port, path, after=1.2):
        wait_for_service(f"postgres://postgres@127.0.0.1:{port}{parts.path}", told.append, limit=30)
    assert told == [f"waiting for the development database at 127.0.0.1:{port}"]


def test_a_database_that_never_comes_is_an_error_that_says_where_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    port = _free_port()
    url = f"postgres://postgres:hunter23@127.0.0.1:{port}/dev"
    monkeypatch.setattr("schema_core.devdb.own_container.in_container", lambda: False)
    with pytest.raises(UserError, match=rf"127\.0\.0\.1:{port} cannot be reached \(Connection refused\)") as caught:
        wait_for_service(url, lambda _: None, limit=0)
    assert "declared for this job" in str(caught.value)
    assert "hunter23" not in str(caught.value)


def test_in_a_container_localhost_gets_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema_core.devdb.own_container.in_container", lambda: True)
    with pytest.raises(UserError, match="is the container that schema-action runs in"):
        wait_for_service(f"postgres://postgres@localhost:{_free_port()}/dev", lambda _: None, limit=0)


def test_an_unknown_host_is_an_error() -> None:
    with pytest.raises(UserError, match=r"at dev-database\.invalid:5432 cannot be reached"):
        wait_for_service("postgres://postgres@dev-database.invalid/dev", lambda _: None, limit=0)


def test_a_server_that_refuses_us_says_why() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        answered = threading.Thread(target=_hang_up, args=(server,), daemon=True)
        answered.start()
        with pytest.raises(UserError, match="Cannot connect to postgres://"):
            wait_for_service(f"postgres://postgres@127.0.0.1:{port}/dev", lambda _: None, limit=0.1)


def _hang_up(server: socket.socket) -> None:
    while True:
        try:
            server.accept()[0].close()
        except OSError:
            return


@pytest.mark.parametrize(
    "url",
    [
        *("embedded://postgres", "docker://postgres/18/dev", "postgres:///dev?host=/nowhere", "postgres://a:x@h:b/c"),
        *("sqlite://missing.db", "sqlite://dev?mode=memory"),
    ],
)
def test_other_kinds_of_urls_are_not_waited_for(url: str) -> None:
    wait_for_service(url, pytest.fail, limit=0)
