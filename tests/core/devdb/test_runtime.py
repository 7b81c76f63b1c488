import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schema_core.devdb import runtime
from schema_core.devdb.cache import cache_directory
from schema_core.devdb.runtime import run_directory


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runtime, "_base", lambda: tmp_path)
    return tmp_path


def test_a_run_has_a_private_directory_that_goes_away(base: Path) -> None:
    with run_directory() as first, run_directory() as second:
        assert first != second
        assert first.stat().st_mode & 0o077 == 0
        (first / "file").touch()
    assert not first.exists()
    assert not second.exists()


def test_the_directory_goes_away_after_an_exception(base: Path) -> None:
    with pytest.raises(KeyboardInterrupt), run_directory() as directory:  # noqa: PT012
        (directory / "data").mkdir()
        raise KeyboardInterrupt
    assert not directory.exists()


_KILLED = """
import os, signal, sys
from pathlib import Path
from schema_core.devdb import runtime

runtime._base = lambda: Path(sys.argv[1])
with runtime.run_directory() as directory:
    (directory / "data").mkdir()
    print(directory, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_is_removed_by_the_next_and_a_living_one_is_not(base: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(base)], capture_output=True, text=True, check=False)
    dead = Path(killed.stdout.strip())
    assert (dead / "data").is_dir()
    seen: list[Path] = []
    with run_directory() as living:
        assert not dead.exists()
        with run_directory(seen.append):
            assert living.exists()
    assert seen == []


def test_what_a_killed_run_left_elsewhere_is_ended_before_its_directory_goes(base: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(base)], capture_output=True, text=True, check=False)
    dead = Path(killed.stdout.strip())
    seen: list[tuple[Path, bool]] = []
    with run_directory(lambda directory: seen.append((directory, directory.exists()))):
        assert seen == [(dead, True)]


def test_a_directory_of_somebody_else_is_not_used(base: Path) -> None:
    usual = base / f"schema-action-{os.geteuid()}"
    usual.mkdir()
    usual.chmod(0o777)
    with run_directory() as directory:
        assert usual not in directory.parents
    usual.rmdir()
    usual.symlink_to("/")
    with run_directory() as directory:
        assert usual not in directory.parents


def test_runs_start_one_after_the_other(base: Path) -> None:
    """A run that is being set up holds the lock, so that no other takes its unlocked directory for a dead one."""
    with run_directory() as directory:
        with (directory.parent / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with (directory / "alive").open() as alive, pytest.raises(BlockingIOError):
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_memory_is_used_only_where_it_is_roomy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_MEMORY", tmp_path)
    assert runtime._base() == tmp_path
    monkeypatch.setattr(runtime, "_ROOMY", 1 << 60)
    assert runtime._base() != tmp_path
    monkeypatch.setattr(runtime, "_MEMORY", tmp_path / "absent")
    assert runtime._base() != tmp_path / "absent"


def test_a_long_temporary_directory_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(runtime, "_ROOMY", 1 << 60)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / ("x" * 90)))
    assert len(str(runtime._base())) < 60


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHEMA_ACTION_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/srv/somebody")
    assert cache_directory() == Path("/srv/somebody/.cache/schema-action")
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert cache_directory() == Path("/elsewhere/schema-action")
    monkeypatch.setenv("SCHEMA_ACTION_CACHE", "/given")
    assert cache_directory() == Path("/given")
