"""What the command line does on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest

_PROGRAM = str(Path(sys.executable).with_name("schema-action"))
_CONTROLLED = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal the controlling one, so that Ctrl-C is a signal, and becomes the program."""


def _on_a_terminal(
    directory: Path, *arguments: str, environment: Mapping[str, str] = {}, keys_after: tuple[bytes, bytes] | None = None
) -> tuple[int, bytes]:
    """Run the program on a terminal of its own; ``keys_after`` are typed once the first of the two was printed."""
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _CONTROLLED, _PROGRAM, *arguments],
        cwd=directory,
        env={**os.environ, "TERM": "xterm", **environment},
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
    )
    os.close(inner)
    output = b""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        output += piece
        if keys_after is not None and keys_after[0] in output:
            os.write(terminal, keys_after[1])
            keys_after = None
    os.close(terminal)
    return process.wait(10), output


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/1_slow.sql").write_text("SELECT pg_sleep(30);")
    return tmp_path


def test_names_of_a_database_cannot_command_the_terminal(database: str, directory: Path) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute('CREATE TABLE "a\x1b[31mb\u202e" ()')

    code, output = _on_a_terminal(directory, "schema", "inspect", "--url", database)

    assert code == 0
    assert b"a\\x1b[31mb\\u202e" in output
    assert b"\x1b" not in output


def test_ctrl_c_ends_a_long_run_at_once_and_with_its_exit_code(directory: Path) -> None:
    started = time.monotonic()
    assert _on_a_terminal(directory, "migrate", "hash")[0] == 0

    code, output = _on_a_terminal(
        directory, "migrate", "lint", "--latest", "1", keys_after=(b"watching", b"\x03\x03\x03")
    )

    assert code == 130
    assert b"Traceback" not in output
    assert time.monotonic() - started < 25


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_none_is_wanted(directory: Path, name: str, value: str) -> None:
    _, coloured = _on_a_terminal(directory, "migrate", "ls", "--dir", "nowhere")
    _, plain = _on_a_terminal(directory, "migrate", "ls", "--dir", "nowhere", environment={name: value})

    assert b"\x1b[31mError:\x1b[0m There is no" in coloured
    assert b"\x1b" not in plain


def test_a_terminal_that_does_not_move_its_cursor_gets_no_progress(directory: Path) -> None:
    (directory / "migrations/1_slow.sql").write_text("SELECT 1;")
    _on_a_terminal(directory, "migrate", "hash")

    code, output = _on_a_terminal(directory, "migrate", "lint", "--latest", "1", environment={"TERM": "dumb"})

    assert code == 0
    assert b"\x1b" not in output
    assert b"PASSED" in output
