"""``atlas.sum``: one running hash over the directory, so that no file changes unnoticed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
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


class RunningSum:
    """The hash over the files that were added so far."""

    def __init__(self) -> None:
        """Begin without files."""
        self._hash = hashlib.sha256()

    def add(self, file: MigrationFile) -> str | None:
        """Add the next file; its entry, None for one whose content is to be left out of the sum."""
        self._hash.update(file.name.encode())
        if _IGNORED.match(file.data.partition(b"\n")[0]):
            return None
        self._hash.update(file.data)
        return _base64(self._hash.digest())

    def copy(self) -> RunningSum:
        """Another one that has got as far as this."""
        other = RunningSum()
        other._hash = self._hash.copy()
        return other


def compute(files: Sequence[MigrationFile]) -> SumFile:
    """The sum of files in the order of their names: each entry covers all files before it (reference 2.2)."""
    running = RunningSum()
    entries = []
    for file in files:
        value = running.add(file)
        if value is not None:
            entries.append((file.name, value))
    return SumFile(total=_total(entries), entries=tuple(entries))


def of(directory: MigrationDirectory) -> SumFile:
    """The sum of a directory, over every file that it covers."""
    return compute(directory.summed)


def parse(text: str) -> SumFile:
    """Read a sum file; raises SumError for one that is malformed, conflicted or inconsistent in itself."""
    # Only line feeds end a line, as in the reference: a name may hold what Python's splitlines takes for an end.
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    if any(line.startswith(_CONFLICT) for line in lines):
        raise SumError(
            f"{SUM_FILE_NAME} holds conflict markers: keep the migration files of both sides, make sure that the new "
            "ones sort last, then run 'schema-action migrate hash'."
        )
    if not lines[0].startswith("h1:"):
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
        if not directory.summed:
            return ()
        raise SumError(f"checksum file not found: run 'schema-action migrate hash' and commit {SUM_FILE_NAME}.")
    recorded = parse(directory.sum_text)
    actual = of(directory)
    if recorded == actual:
        return ()
    if recorded.total != _total(recorded.entries):
        raise SumError(
            f"checksum mismatch: {SUM_FILE_NAME} does not match its own first line, as after a merge by hand; "
            "run 'schema-action migrate hash'."
        )
    return tuple(_differences(recorded, actual)) or (
        # The same entries in another order: every hash covers the files before it, so the order is part of the sum.
        ChecksumProblem(file=recorded.entries[0][0] if recorded.entries else SUM_FILE_NAME, reason="edited", line=2),
    )


def only_line_ends_differ(directory: MigrationDirectory) -> bool:
    """Whether the sum would match if the files had LF instead of CRLF, which ``core.autocrlf`` makes git write."""
    try:
        recorded = parse(directory.sum_text or "")
    except SumError:
        return False
    return recorded == compute(
        [MigrationFile(file.name, file.data.replace(b"\r\n", b"\n")) for file in directory.summed]
    )


def _differences(recorded: SumFile, actual: SumFile) -> Iterator[ChecksumProblem]:
    """What was done to the files, in the order of their names.

    A hash covers all files before it, so what comes after the first difference has another one without being edited.
    """
    known, present = dict(recorded.entries), dict(actual.entries)
    lines = {name: number for number, (name, _) in enumerate(recorded.entries, 2)}
    line = 1
    differs = False
    for name in sorted({*known, *present}, key=str.encode):
        line = lines.get(name, line + (name not in known))
        if name not in known or name not in present:
            yield ChecksumProblem(file=name, reason="added" if name in present else "removed", line=line)
            differs = True
        elif known[name] != present[name] and not differs:
            yield ChecksumProblem(file=name, reason="edited", line=line)
            differs = True


def _total(entries: Sequence[tuple[str, str]]) -> str:
    return _base64(hashlib.sha256("".join(name + value for name, value in entries).encode()).digest())


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")
