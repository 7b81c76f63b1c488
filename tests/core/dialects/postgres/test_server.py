"""The throwaway server: unprivileged, short-lived, cached, and never in anybody's way."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from schema_core.devdb.runtime import run_directory
from schema_core.dialects.postgres import server, server_downloads
from schema_core.dialects.postgres.binaries import WHEEL_MAJOR, find_binaries
from schema_core.dialects.postgres.launch import Launch, launches
from schema_core.dialects.postgres.server import start_server
from schema_core.schema.errors import UserError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def runtime() -> Iterator[Path]:
    with run_directory() as directory:
        yield directory


@pytest.fixture
def cache() -> Path:
    """The cache that all tests share (see conftest)."""
    return Path(os.environ["SCHEMA_ACTION_CACHE"])


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def gone(pid: int, seconds: float = 20) -> bool:
    """Whether a process ends within the time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_server_answers_and_leaves_nothing_but_its_log(runtime: Path, cache: Path) -> None:
    running = start_server(None, runtime, cache)
    try:
        assert int(str(ask(running.url, "show server_version_num"))) // 10000 == WHEEL_MAJOR
        expected = {"server_encoding": "UTF8", "TimeZone": "UTC", "fsync": "off", "listen_addresses": ""}
        assert {name: ask(running.url, f"show {name}") for name in expected} == expected
        assert ask(running.url, "show track_counts") == "on"
        pid = int((runtime / "data" / "postmaster.pid").read_text().split()[0])
    finally:
        running.stop()
    assert gone(pid)
    assert {path.name for path in runtime.iterdir()} == {"alive", "log"}
    running.stop()


@as_root
def test_as_root_the_server_sees_itself_as_another_user(runtime: Path, cache: Path) -> None:
    running = start_server(None, runtime, cache)
    try:
        pid = int((runtime / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}/uid_map").read_text().split()[0] != "0"
        assert ask(running.url, "select 1") == 1
    finally:
        running.stop()


@as_root
def test_without_namespaces_root_becomes_nobody(runtime: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = launches()[-1]
    assert nobody.mode == "setuid"
    monkeypatch.setattr(server, "launches", lambda: (nobody,))
    running = start_server(None, runtime, cache)
    try:
        pid = int((runtime / "data" / "postmaster.pid").read_text().split()[0])
        status = Path(f"/proc/{pid}/status").read_text()
        assert f"Uid:\t{nobody.user}\t" in status
        assert ask(running.url, "select 1") == 1
    finally:
        running.stop()


@as_root
def test_programs_closed_to_nobody_are_copied_and_stay_closed(
    runtime: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = find_binaries(None, cache)
    closed = tmp_path / "closed"
    for part in original.parts:
        shutil.copytree(original.root / part, closed / part, symlinks=True)
    closed.chmod(0o700)
    programs = closed / original.directory.relative_to(original.root)
    monkeypatch.setattr(server, "launches", lambda: launches()[-1:])
    monkeypatch.setattr(
        server,
        "find_binaries",
        lambda *_: type(original)(directory=programs, major=18, root=closed, parts=original.parts),
    )
    running = start_server(None, runtime, cache)
    try:
        assert ask(running.url, "select 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert closed.stat().st_uid == 0
    finally:
        running.stop()
    assert not (runtime / "installation").exists()


@as_root
def test_an_unknown_user_id_runs_in_a_namespace(cache: Path) -> None:
    """A user id without an entry in the user database, as containers have it."""
    python = next((path for path in (sys.executable, "/usr/bin/python3") if _open_to_all(path)), None)
    if python is None or not _open_to_all(str(Path(server.__file__))):
        pytest.skip("the interpreter or the project is closed to other users here")
    find_binaries(None, cache)
    with tempfile.TemporaryDirectory(prefix="schema-action-test-") as directory:
        os.chown(directory, 54321, 54321)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.setgid(54321)
                os.setuid(54321)
                sys.executable = python
                running = start_server(None, Path(directory), Path(directory) / "cache")
                code = 0 if ask(running.url, "select 7") == 7 else 3
                running.stop()
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _open_to_all(path: str) -> bool:
    real = Path(path).resolve()
    return (
        real.exists()
        and all(part.stat().st_mode & 0o005 == 0o005 for part in real.parents)
        and os.access(real, os.R_OK)
    )


def test_no_other_user_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("pwd.getpwall", list)
    with pytest.raises(UserError, match="/etc/passwd"):
        launches()


def test_a_named_user_runs_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1)  # daemon, everywhere
    assert launches() == (Launch("direct"),)


def test_refusal_of_every_launch_is_told(runtime: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "launches", lambda: (Launch("setuid", -1, -1), Launch("namespace", -1, -1)))
    with pytest.raises(UserError, match="--dev-url"):
        start_server(None, runtime, cache)


_ONLY_SETUID = """
from schema_core.dialects.postgres import server
from schema_core.dialects.postgres.launch import launches

last = launches()[-1:]
server.launches = lambda: last
"""
_PARENT = """
import sys, threading, time
from pathlib import Path
from schema_core.dialects.postgres.server import start_server

runtime = Path(sys.argv[1])
threading.Thread(target=start_server, args=(None, runtime, Path(sys.argv[2]))).start()
while not (pid := runtime / "data" / "postmaster.pid").is_file() or "ready" not in pid.read_text():
    time.sleep(0.01)
time.sleep(0.3)  # the thread that asked for the server is over
print(pid.read_text().split()[0], flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")
@pytest.mark.parametrize("mode", ["default", "setuid"])
def test_a_killed_parent_takes_the_server_with_it(runtime: Path, cache: Path, mode: str) -> None:
    script = _PARENT
    if mode == "setuid":
        if os.geteuid() != 0:
            pytest.skip("needs root")
        script = _ONLY_SETUID + _PARENT
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(runtime), str(cache)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    assert children
    assert not gone(pid, 0.2)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone(pid)
    assert all(gone(child) for child in children)


def test_a_damaged_template_is_replaced(runtime: Path, tmp_path: Path) -> None:
    start_server(None, runtime, tmp_path).stop()
    (template,) = (tmp_path / "postgres" / "templates").iterdir()
    control = template / "data" / "global" / "pg_control"
    whole = control.read_bytes()
    control.write_bytes(bytes(len(whole)))
    for _ in range(2):
        running = start_server(None, runtime, tmp_path)
        assert ask(running.url, "select 1") == 1
        running.stop()
    assert (template / "data" / "global" / "pg_control").read_bytes() != bytes(len(whole))
    assert [path.name for path in template.parent.iterdir()] == [template.name]


def test_a_template_with_a_file_missing_is_not_used(runtime: Path, tmp_path: Path) -> None:
    start_server(None, runtime, tmp_path).stop()
    (template,) = (tmp_path / "postgres" / "templates").iterdir()
    catalog = max((template / "data" / "base" / "1").iterdir(), key=lambda path: path.stat().st_size)
    catalog.unlink()
    running = start_server(None, runtime, tmp_path)
    assert (runtime / "data" / "base" / "1" / catalog.name).exists()
    running.stop()


def test_two_first_runs_at_once(tmp_path: Path) -> None:
    answers: list[object] = []

    def run() -> None:
        with run_directory() as directory:
            running = start_server(None, directory, tmp_path)
            answers.append(ask(running.url, "select 1"))
            running.stop()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1, 1]
    assert len(list((tmp_path / "postgres" / "templates").iterdir())) == 1


def test_an_unwritable_cache_is_done_without(runtime: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    running = start_server(None, runtime, file / "cache")
    assert ask(running.url, "select 1") == 1
    running.stop()


def test_missing_binaries_name_the_lines_that_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema_core.dialects.postgres.binaries._USUAL_PLACES", ())
    monkeypatch.setattr("schema_core.dialects.postgres.binaries.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SCHEMA_ACTION_POSTGRES_DOWNLOAD", raising=False)
    for major in (None, 18):
        with pytest.raises(UserError, match=r"pip install 'schema-action\[postgres\]'"):
            find_binaries(major, tmp_path)
    with pytest.raises(UserError, match="SCHEMA_ACTION_POSTGRES_DOWNLOAD=1") as caught:
        find_binaries(16, tmp_path)
    assert "pip install" not in str(caught.value)
    monkeypatch.setenv("SCHEMA_ACTION_POSTGRES_DOWNLOAD", "1")
    monkeypatch.setattr(server_downloads, "_installer", lambda: None)
    with pytest.raises(UserError, match="install pip"):
        find_binaries(16, tmp_path)


@pytest.mark.parametrize("major", [9, 13, 19])
def test_an_unsupported_major_is_refused(tmp_path: Path, major: int) -> None:
    with pytest.raises(UserError, match="14 to 18"):
        find_binaries(major, tmp_path)


def test_the_given_directory_wins_and_is_checked(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = find_binaries(None, cache)
    monkeypatch.setenv("SCHEMA_ACTION_POSTGRES_BIN", str(wheel.directory))
    assert find_binaries(None, cache).directory == wheel.directory
    assert find_binaries(18, cache).major == 18
    monkeypatch.setenv("SCHEMA_ACTION_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(UserError, match="holds postgres and initdb"):
        find_binaries(None, cache)
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 9.6.1'\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(UserError, match="holds PostgreSQL 9"):
        find_binaries(None, cache)


def test_the_given_directory_answers_for_its_own_major(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = find_binaries(18, cache)
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 16.1'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("SCHEMA_ACTION_POSTGRES_BIN", str(tmp_path))
    assert find_binaries(None, cache).directory == tmp_path
    assert find_binaries(16, cache).directory == tmp_path
    assert find_binaries(18, cache) == wheel


def test_a_download_with_another_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pins = server_downloads._pins()
    pins["majors"]["14"]["sha256"] = ["0" * 64]
    monkeypatch.setattr(server_downloads, "_pins", lambda: pins)
    with pytest.raises(UserError, match="download of PostgreSQL 14"):
        server_downloads.download(14, tmp_path)
    assert server_downloads.downloaded(14, tmp_path) is None
    assert [path for path in (tmp_path / "postgres" / "binaries").iterdir() if path.is_dir()] == []


def test_a_downloaded_server_has_its_contrib(postgres_14_database: str) -> None:
    with psycopg.connect(postgres_14_database) as connection:
        for extension in ("pgcrypto", "dblink", "postgres_fdw"):
            connection.execute(f"create extension {extension}".encode())
