"""Runs acceptance scripts: a txtar archive whose comment is a script of command lines and expectations.

``tests/scripts/README.md`` describes the language.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg
import txtar

_SECONDS = 120
_VARIABLE = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)\}?")


class ScriptError(AssertionError):
    """A line of a script that did not hold, with what the last program printed."""


class Script:
    """One script in its own work directory. ``variables`` are visible to ``$NAME`` and to the programs."""

    def __init__(self, text: str, work: Path, variables: Mapping[str, str]) -> None:
        archive = txtar.parse(text)
        self._lines = archive.comment.splitlines()
        self._work = work
        self._directory = work
        self._environment = {**_environment(work), **variables, "WORK": str(work)}
        self._outputs = {"stdout": "", "stderr": ""}
        self._code: int | None = None
        for name, data in archive.files.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def run(self) -> None:
        """Run all lines; raises ScriptError for the first that does not hold."""
        for number, line in enumerate(self._lines, 1):
            words = [self._expanded(word) for word in shlex.split(line, comments=True)]
            if not words:
                continue
            negated = words[0] == "!"
            command, *arguments = words[negated:]
            try:
                self._carry_out(command, negated, arguments)
            except (ScriptError, OSError, TypeError, psycopg.Error, sqlite3.Error) as error:
                raise ScriptError(f"line {number}: {line}\n{error}\n{self._transcript()}") from error

    def _carry_out(self, command: str, negated: bool, arguments: list[str]) -> None:
        expectation = getattr(self, f"_expect_{command}", None)
        step = getattr(self, f"_do_{command}", None)
        if expectation is not None:
            expectation(negated, *arguments)
        elif step is not None and not negated:
            step(*arguments)
        else:
            raise ScriptError(f"{command} is no command, or none that can be negated")

    def _expanded(self, word: str) -> str:
        return _VARIABLE.sub(lambda match: self._environment.get(match[1], match[0]), word)

    def _transcript(self) -> str:
        printed = "\n".join(f"[{name}]\n{text}" for name, text in self._outputs.items())
        return f"last exit code: {self._code}\n{printed}"

    def _program(self, words: tuple[str, ...]) -> int:
        paths = {"schema-action": Path(sys.executable).with_name("schema-action"), "git": shutil.which("git")}
        program = paths.get(words[0])
        if program is None:
            raise ScriptError(f"a script may run {', '.join(paths)}, not {words[0]}")
        done = subprocess.run(
            [str(program), *words[1:]],
            cwd=self._directory,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        self._outputs = {"stdout": done.stdout.decode("utf-8"), "stderr": done.stderr.decode("utf-8")}
        self._code = done.returncode
        self._check("Traceback (most recent call last)" in self._outputs["stderr"], True, "a traceback")
        return done.returncode

    def _text(self, name: str) -> str:
        return self._outputs[name] if name in self._outputs else (self._directory / name).read_bytes().decode("utf-8")

    def _check(self, holds: bool, negated: bool, what: str) -> None:
        if holds is negated:
            raise ScriptError(f"{'not expected' if negated else 'expected'}: {what}")

    def _expect_exec(self, negated: bool, *words: str) -> None:
        self._check(self._program(words) == 0, negated, "exit code 0")

    def _expect_exit(self, negated: bool, code: str, *words: str) -> None:
        self._check(self._program(words) == int(code), negated, f"exit code {code}")

    def _do_git(self, *words: str) -> None:
        self._check(self._program(("git", *words)) == 0, False, "exit code 0")

    def _do_commit(self, message: str) -> None:
        """Commit everything, in a repository that is made on first use."""
        if not (self._directory / ".git").exists():
            self._do_git("init", "--quiet", "--initial-branch", "main")
        self._do_git("add", "--all")
        self._do_git("commit", "--quiet", "--message", message)

    def _do_sql(self, name: str) -> None:
        """Run a file, or what was printed, on the script's database."""
        url = self._environment["DATABASE"]
        if url.startswith("sqlite://"):
            with closing(sqlite3.connect(self._directory / url.removeprefix("sqlite://"))) as database:
                database.executescript(f"BEGIN; {self._text(name)}; COMMIT;")
            return
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(self._text(name).encode())

    def _expect_stdout(self, negated: bool, pattern: str) -> None:
        self._matches("stdout", negated, pattern)

    def _expect_stderr(self, negated: bool, pattern: str) -> None:
        self._matches("stderr", negated, pattern)

    def _expect_contains(self, negated: bool, name: str, pattern: str) -> None:
        self._matches(name, negated, pattern)

    def _matches(self, name: str, negated: bool, pattern: str) -> None:
        found = re.search(pattern, self._text(name), re.MULTILINE) is not None
        self._check(found, negated, f"{name} matches {pattern}")

    def _expect_cmp(self, negated: bool, one: str, other: str) -> None:
        self._check(self._text(one) == self._text(other), negated, f"{one} equals {other}:\n{self._text(one)}")

    def _expect_exists(self, negated: bool, name: str) -> None:
        self._check((self._directory / name).exists(), negated, f"{name} exists")

    def _do_cp(self, source: str, target: str) -> None:
        (self._directory / target).write_bytes(self._text(source).encode())

    def _do_rm(self, name: str) -> None:
        (self._directory / name).unlink()

    def _do_replace(self, name: str, old: str, new: str) -> None:
        text = self._text(name)
        self._check(old in text, False, f"{name} holds {old}")
        (self._directory / name).write_bytes(text.replace(old, new).encode())

    def _do_cd(self, name: str) -> None:
        self._directory = (self._directory / name).resolve(strict=True)

    def _do_env(self, *settings: str) -> None:
        self._environment.update(dict(setting.split("=", 1) for setting in settings))


def _environment(work: Path) -> dict[str, str]:
    """What programs see: nothing of the user's git configuration, colours, locale or terminal."""
    passed = ("PATH", "TMPDIR", "SCHEMA_ACTION_CACHE")
    person = {"NAME": "Ada", "EMAIL": "ada@example.com", "DATE": "2026-01-01T00:00:00+00:00"}
    return {
        **{name: os.environ[name] for name in passed if name in os.environ},
        **{f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in person.items()},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(work),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
