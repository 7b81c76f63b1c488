"""What the command line does on a terminal."""

from __future__ import annotations

import os
import pty
import select
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
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        output += piece
        if keys_after is not None and keys_after[0] in output:
            # As a person does: not before the program reads, where a signal would find nothing to interrupt.
            time.sleep(0.5)
            os.write(terminal, keys_after[1])
            keys_after = None
    else:
        process.kill()
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


_APPLY = ("schema", "apply", "--to", "wanted.sql", "--skip-lint", "--url")


def test_a_plan_is_agreed_to_on_a_terminal_and_shown_statement_by_statement(database: str, directory: Path) -> None:
    (directory / "wanted.sql").write_text("CREATE TABLE users (id int);")

    code, output = _on_a_terminal(directory, *_APPLY, database, keys_after=(b"[y/N]: ", b"n\n"))
    assert code == 1
    assert output.endswith(b"Nothing was applied.\r\n")
    code, output = _on_a_terminal(directory, *_APPLY, database, keys_after=(b"[y/N]: ", b"y\n"))
    assert code == 0
    shown = output.partition(b"Apply these changes? [y/N]: y")[2]
    assert shown.count(b"    -> CREATE TABLE public.users ( id integer )\r\n  -- ok (") == 1
    assert b"  -- 1 of 1 sql statement ok" in shown
    code, output = _on_a_terminal(directory, *_APPLY, database)
    assert code == 0
    assert output.endswith(b"Schema is synced, no changes to be made\r\n")


def test_ctrl_c_at_the_question_applies_nothing(database: str, directory: Path) -> None:
    (directory / "wanted.sql").write_text("CREATE TABLE users (id int);")
    code, output = _on_a_terminal(directory, *_APPLY, database, keys_after=(b"[y/N]: ", b"\x03"))
    assert code == 130
    assert b"Traceback" not in output
    code, output = _on_a_terminal(directory, "schema", "inspect", "--url", database)
    assert b"users" not in output


def test_a_rename_is_asked_for_and_then_applied(database: str, directory: Path) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE users (id int, name text)")
    (directory / "wanted.sql").write_text("CREATE TABLE users (id int, full_name text);")
    code, output = _on_a_terminal(
        directory, *_APPLY, database, "--auto-approve", keys_after=(b"Did you rename column public.users.name", b"y\n")
    )
    assert code == 0
    assert b"ALTER TABLE public.users RENAME COLUMN name TO full_name" in output


def test_an_attempt_that_was_in_vain_is_shown_with_who_was_in_the_way(database: str, directory: Path) -> None:
    (directory / "wanted.sql").write_text("CREATE TABLE users (id int, more int);")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE users (id int)")
    with psycopg.connect(database, application_name="nightly report") as blocker:
        blocker.execute("LOCK TABLE users")
        code, output = _on_a_terminal(
            directory, *_APPLY, database, "--auto-approve", "--lock-wait", "300ms", "--lock-retries", "1"
        )
    assert code == 1
    assert b"  -- attempt 1: canceling statement due to lock timeout (session " in output
    assert b"(nightly report)" in output
    assert b"statement 1 of 1, attempt 2: canceling statement due to lock timeout." in output
    assert b"Nothing was applied; the schema is as it was." in output
