"""``atlas.sum``: one running hash over the directory, so that no file changes unnoticed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from schema_core.directory.files import MigrationFile
from schema_core.schema.results import ChecksumProblem

if TYPE_CHECKING:
    from schema_core.directory.migration_directory import MigrationDirectory

SUM_FILE_NAME = "atlas.sum"
_IGNORED = re.compile(rb"^[ -~]*atlas:sum +ignore *\r?$")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class SumError(Exception):
    """The sum file cannot be used at all; the text says why and what to do."""


class SumFile(msgspec.Struct, frozen=True, kw_only=True):
    """The total and one cumulative hash for each file, without their ``h1:`` prefixes."""

    total: str
    entries: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """The file's content."""
        return "".join([f"h1:{self.total}\n", *(f"{name} h1:{value}\n" for name, value in self.entries)])


def compute(files: Sequence[MigrationFile]) -> SumFile:
    """The sum of files in directory order: each entry covers all files before it (reference 2.2)."""
    running = hashlib.sha256()
    entries = []
    for file in files:
        running.update(file.name.encode())
        if _IGNORED.match(file.data.partition(b"\n")[0]):
            continue
        running.update(file.data)
        entries.append((file.name, _base64(running.digest())))
    return SumFile(total=_total(entries), entries=tuple(entries))


def parse(text: str) -> SumFile:
    """Read a sum file; raises SumError for one that is malformed, conflicted or inconsistent in itself."""
    if any(line.startswith(_CONFLICT) for line in text.splitlines()):
        raise SumError(
            f"{SUM_FILE_NAME} holds conflict markers: keep the migration files of both sides, make sure that the new "
            "ones sort last, then run 'schema-action migrate hash'."
        )
    lines = text.splitlines()
    if not lines or not lines[0].startswith("h1:"):
        raise SumError(
            f"checksum file format invalid: the first line of {SUM_FILE_NAME} is not a sum; restore the file "
            "or run 'schema-action migrate hash'."
        )
    entries = []
    for number, line in enumerate(lines[1:], 2):
        name, separator, value = line.partition(" h1:")
        if not separator or not name:
            raise SumError(
                f"checksum file format invalid: line {number} of {SUM_FILE_NAME} is no file and sum; restore "
                "the file or run 'schema-action migrate hash'."
            )
        entries.append((name, value.strip()))
    total = lines[0].removeprefix("h1:").strip()
    return SumFile(total=total, entries=tuple(entries))


def check(directory: MigrationDirectory) -> tuple[ChecksumProblem, ...]:
    """What does not match between the directory and its sum file; raises SumError when there is no usable one."""
    if directory.sum_text is None:
        if not directory.files:
            return ()
        raise SumError(f"checksum file not found: run 'schema-action migrate hash' and commit {SUM_FILE_NAME}.")
    recorded = parse(directory.sum_text)
    actual = compute(directory.files)
    if recorded == actual:
        return ()
    if recorded.total != _total(recorded.entries):
        raise SumError(
            f"checksum mismatch: {SUM_FILE_NAME} does not match its own first line, as after a merge by hand; "
            "run 'schema-action migrate hash'."
        )
    lines = {name: number for number, (name, _) in enumerate(recorded.entries, 2)}
    known, present = dict(recorded.entries), dict(actual.entries)
    problems = []
    changed_before = False
    for name, value in actual.entries:
        if name not in known:
            problems.append(ChecksumProblem(file=name, reason="added", line=len(lines) + 2))
            changed_before = True
        elif known[name] != value and not changed_before:
            problems.append(ChecksumProblem(file=name, reason="edited", line=lines[name]))
            changed_before = True
    removed = [name for name in known if name not in present]
    problems += [ChecksumProblem(file=name, reason="removed", line=lines[name]) for name in removed]
    return tuple(problems)


def _total(entries: Sequence[tuple[str, str]]) -> str:
    return _base64(hashlib.sha256("".join(name + value for name, value in entries).encode()).digest())


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
