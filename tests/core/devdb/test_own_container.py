"""What a container knows of itself."""

import socket
from pathlib import Path

import pytest

from schema_core.devdb import own_container
from schema_core.devdb.development_database import development_database
from schema_core.devdb.own_container import in_container, localhost_hint, own_container_id
from schema_core.schema.errors import UserError

_ID = "4f1c" * 16


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A container's marks, in files of our own."""
    mark = tmp_path / ".dockerenv"
    mark.touch()
    monkeypatch.setattr(own_container, "_MARKS", (str(mark),))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    return mark


@pytest.fixture
def silent_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_container_is_known_by_its_marks(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_container()
    inside.unlink()
    assert not in_container()
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    assert in_container()


def test_the_engine_s_mounts_tell_our_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(own_container, "_MOUNTS", str(mounts))
    assert own_container_id() is None
    mounts.write_text("24 30 0:22 / /proc rw - proc proc rw\n")
    assert own_container_id() is None
    mounts.write_text(f"812 790 254:1 /docker/containers/{_ID}/hostname /etc/hostname rw - ext4 /dev/vda rw\n")
    assert own_container_id() == _ID


def test_localhost_that_refuses_gets_a_hint_in_a_container(inside: Path, silent_port: int) -> None:
    for host in ("localhost", "127.0.0.1"):
        hint = localhost_hint(f"postgres://postgres:secret@{host}:{silent_port}/dev", 5432)
        assert hint.startswith(f"{host} is the container")
        assert "services" in hint
        assert "secret" not in hint
    assert str(silent_port) in localhost_hint("postgres://localhost/dev", silent_port)


def test_other_hosts_get_no_hint(inside: Path, silent_port: int) -> None:
    for url in (f"postgres://db.example:{silent_port}/dev", "postgres://localhost:x/dev", "postgres:///dev"):
        assert localhost_hint(url, silent_port) == ""
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert localhost_hint(f"postgres://127.0.0.1:{server.getsockname()[1]}/dev", 5432) == ""


def test_outside_of_a_container_there_is_no_hint(inside: Path, silent_port: int) -> None:
    inside.unlink()
    assert localhost_hint(f"postgres://localhost:{silent_port}/dev", 5432) == ""


def test_the_hint_follows_the_server_s_words(inside: Path, silent_port: int) -> None:
    with pytest.raises(UserError, match=r"refused.*\. 127\.0\.0\.1 is the container") as caught:
        development_database(
            f"postgres://postgres:secret@127.0.0.1:{silent_port}/dev", notify=lambda _: None
        ).__enter__()
    assert "secret" not in str(caught.value)
