"""What the command line does with streams and signals that are not as usual."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = str(Path(sys.executable).with_name("schema-action"))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "migrations"
    path.mkdir()
    (path / "1_tä🎉.sql").write_text("CREATE TABLE t ();")
    return path


def _shell(line: str, directory: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        cwd=directory.parent,
        env={**os.environ, "SA": _PROGRAM, **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(("closed", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)])
def test_a_closed_stream_changes_nothing(directory: Path, closed: str, code: int) -> None:
    done = _shell(f'"$SA" migrate ls {closed}', directory)

    assert (done.returncode, done.stderr) == (code, b"")


def test_a_closed_stderr_does_not_change_the_exit_code_of_an_error(directory: Path) -> None:
    assert _shell('"$SA" migrate ls --dir nowhere 2>&-', directory).returncode == 2


@pytest.mark.parametrize(("command", "code"), [("ls", 0), ("validate", 1)])
def test_a_reader_that_goes_early_does_not_change_the_exit_code(directory: Path, command: str, code: int) -> None:
    for number in range(3000):
        (directory / f"{number:05}_{'x' * 100}.sql").write_text("")
    (directory / "atlas.sum").write_text("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")

    done = _shell('"$SA" migrate ' + command + " | head -c 1; exit ${PIPESTATUS[0]}", directory)

    assert (done.returncode, done.stderr) == (code, b"")


def test_an_error_that_nobody_reads_is_still_an_error(directory: Path) -> None:
    done = _shell('{ "$SA" migrate ls --dir nowhere; echo $? >&3; } 2>&1 3>code | true; cat code', directory)

    assert done.stdout == b"2\n"


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_pipes_get_utf_8_whatever_the_environment_says(directory: Path, encoding: str) -> None:
    done = _shell('"$SA" migrate ls --format json', directory, PYTHONIOENCODING=encoding)

    assert done.stderr == b""
    assert json.loads(done.stdout.decode("utf-8"))["files"][0]["name"] == "1_tä🎉.sql"


def test_a_full_disk_is_one_sentence(directory: Path) -> None:
    done = _shell('"$SA" migrate ls > /dev/full', directory)

    assert (done.returncode, done.stderr) == (2, b"Error: No space left on device\n")


def test_ctrl_c_while_modules_are_imported_leaves_no_traceback(directory: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'typer':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from schema_core.cli.main import run\n"
        "sys.exit(run(['migrate', 'ls']))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=directory.parent, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (128 + signal.SIGINT, b"")


def test_version_and_help_import_no_driver_and_no_parser() -> None:
    program = (
        "import sys\n"
        "from schema_core.cli.main import run\n"
        "run(['version']); run(['migrate', 'lint', '--help'])\n"
        "heavy = {'psycopg', 'postgast', 'msgspec', 'jinja2', 'pydantic', 'rich', 'asyncio'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
