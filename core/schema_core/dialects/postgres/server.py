"""A PostgreSQL server of our own: started in a moment, gone when this process is.

It listens on a Unix socket in its runtime directory and nowhere else, and keeps nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from schema_core.dialects.postgres.binaries import Binaries, find_binaries
from schema_core.dialects.postgres.data_directory import SUPERUSER, DataDirectories
from schema_core.dialects.postgres.launch import (
    Launch,
    LaunchRefusedError,
    ProgramUnreadableError,
    launches,
    raise_for,
    start,
)
from schema_core.schema.errors import UserError

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.002

_SETTINGS = {
    # Nothing needs to survive a crash.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "1h",
    # A migration may create publications and replication slots; this costs nothing here.
    "wal_level": "logical",
    # Few processes, and none that acts on its own.
    "autovacuum": "off",
    "max_logical_replication_workers": "0",
    "max_parallel_workers": "0",
    "bgwriter_lru_maxpages": "0",
    "jit": "off",
    # A base of thousands of tables is replayed in one transaction, and each table and index takes a lock. The server
    # reserves this for every possible process, which costs start-up time: so few are possible.
    "max_locks_per_transaction": "2048",
    "max_connections": "24",
    "max_worker_processes": "4",
    "max_wal_senders": "2",
    "autovacuum_max_workers": "1",
    # Shared memory of containers is small, and a killed server must not leave any behind.
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "64MB",
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_SETTINGS_OF_MAJOR = {18: {"io_method": "sync", "autovacuum_worker_slots": "1"}}


class Server:
    """A running throwaway server (protocol.ThrowawayServer)."""

    def __init__(self, process: subprocess.Popen[str], runtime: Path) -> None:
        self._process = process
        self._runtime = runtime
        self.url = f"postgres://{SUPERUSER}@/postgres?host={quote(str(runtime), safe='')}"

    def stop(self) -> None:
        """Stop the server at once and remove its files; never raises."""
        _end(self._process)
        for name in ("data", "installation"):
            shutil.rmtree(self._runtime / name, ignore_errors=True)


def start_server(major: int | None, runtime: Path, cache: Path) -> Server:
    """Start a throwaway server.

    Args:
        major: The major wanted; None for the bundled one, else the newest that is installed.
        runtime: An empty directory of ours for the socket, the log and the data; its path must be short, because a
            socket's path has at most 107 bytes.
        cache: Where templates and downloaded binaries are kept; need not exist or be writable.

    Raises:
        UserError: there are no binaries (with the line that installs them), or the server does not start.
    """
    binaries = find_binaries(major, cache)
    for launch in launches():
        try:
            return _start_as(launch, binaries, runtime, cache)
        except LaunchRefusedError:
            continue
        except ProgramUnreadableError:
            shutil.rmtree(runtime / "installation", ignore_errors=True)
            copy = binaries.copied(runtime / "installation")
            with contextlib.suppress(LaunchRefusedError, ProgramUnreadableError):
                return _start_as(launch, copy, runtime, cache)
    who = "root" if os.geteuid() == 0 else "a user without a name"
    raise UserError(
        f"PostgreSQL refuses to run as {who}, and this system allows neither a user namespace nor a change of user; "
        "run schema-action as another user, or give a development database by --dev-url."
    )


def _start_as(launch: Launch, binaries: Binaries, runtime: Path, cache: Path) -> Server:
    data = runtime / "data"
    directories = DataDirectories(binaries, cache)
    # A launch that was refused leaves its copy, which nothing has touched.
    if data.is_dir() or directories.copy(data):
        launch.own(runtime)
        try:
            return _serve(launch, binaries, runtime)
        except UserError:
            # A template that can't be served is damaged or was made by another build: start again without it.
            directories.discard_template()
            shutil.rmtree(data, ignore_errors=True)
    launch.own(runtime)
    directories.initialise(data, launch)
    return _serve(launch, binaries, runtime)


def _serve(launch: Launch, binaries: Binaries, runtime: Path) -> Server:
    data = runtime / "data"
    settings = _SETTINGS | _SETTINGS_OF_MAJOR.get(binaries.major, {}) | {"unix_socket_directories": str(runtime)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = runtime / "log"
    environment = binaries.environment() | launch.environment(runtime)
    with log.open("wb") as output:
        process = start(launch, [binaries.program("postgres"), "-D", str(data), *options], environment, output)
    try:
        _wait_until_ready(process, data / "postmaster.pid", log)
    except BaseException:
        _end(process)
        raise
    return Server(process, runtime)


def _wait_until_ready(process: subprocess.Popen[str], status: Path, log: Path) -> None:
    """Wait for the word ``ready`` that the server writes into the last line of its pid file."""
    limit = time.monotonic() + _START_SECONDS
    while True:
        with contextlib.suppress(OSError):
            if status.read_bytes().rstrip().endswith(b"ready"):
                return
        if (code := process.poll()) is not None:
            raise_for(code)
            raise UserError(f"The embedded PostgreSQL server did not start: {_last_words(log)}")
        if time.monotonic() > limit:
            raise UserError(f"The embedded PostgreSQL server was not ready after {_START_SECONDS:.0f} seconds.")
        time.sleep(_POLL_SECONDS)


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "ERROR" in line]
    return (fatal or lines or ["no message."])[-1]


def _end(process: subprocess.Popen[str]) -> None:
    for number in (signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(OSError):
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
            return
