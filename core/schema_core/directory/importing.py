"""Another tool's files as files of an Atlas directory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.schema.errors import UserError

_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_NO_TRANSACTION = "-- atlas:txmode none\n\n"


class ImportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the other tool's, and what becomes of it."""

    source: MigrationFile
    file: MigrationFile


def imported(directory: MigrationDirectory) -> tuple[ImportedFile, ...]:
    """The files in the order in which the tool runs them, under names that sort so too.

    Versions are kept where they sort as text. Raises UserError where no padding makes them.
    """
    versions = _versions(directory)
    found = []
    for source, version in zip(directory.files, versions, strict=True):
        description = "_".join(re.split(r"[\s/\\]+", source.description)).removesuffix(".sql")
        name = f"{version}_{description}.sql" if description else f"{version}.sql"
        found.append(ImportedFile(source=source, file=MigrationFile(name, _content(source).encode())))
    names = [item.file.name.encode() for item in found]
    if names != sorted(set(names)):
        raise UserError(
            "The versions of this directory have no order as text that is the tool's own, even with zeros in front; "
            "rename its files so that every version is of as many numbers."
        )
    return tuple(found)


def _content(source: MigrationFile) -> str:
    """What leads forward, without the lines that the tool's marks and its way back left blank."""
    before, after = source.written().text.split("\n"), source.source().text.split("\n")
    lines = [new for old, new in zip(before, after, strict=True) if new.strip() or not old.strip()]
    text = "\n".join(lines).strip("\n")
    text = f"{text}\n" if text else ""
    says_so = MigrationFile(source.name, text.encode()).directives.txmode == "none"
    return f"{_NO_TRANSACTION}{text}" if source.directives.txmode == "none" and not says_so else text


def _versions(directory: MigrationDirectory) -> list[str]:
    runs_again = [directory.format.runs_again(file.name) for file in directory.files]
    plain = [file.version for file, again in zip(directory.files, runs_again, strict=True) if not again]
    padded = iter(_sortable(plain))
    count = runs_again.count(True)
    last = ""
    found: list[str] = []
    for again in runs_again:
        if again:
            # A small letter sorts behind the underscore that ends a version.
            number = len([version for version in found if version.startswith(f"{last}r")]) + 1
            found.append(f"{last or '0'}r{number:0{len(str(count))}}")
        else:
            last = next(padded)
            found.append(last)
    return found


def _sortable(versions: Sequence[str]) -> list[str]:
    """The versions, with zeros where they would sort otherwise as text or as names."""
    if all(f"{earlier}_".encode() < f"{later}_".encode() and earlier < later for earlier, later in pairwise(versions)):
        return list(versions)
    if not all(_NUMBERS.fullmatch(version) for version in versions):
        return list(versions)
    parts = [version.split(".") for version in versions]
    most = max(map(len, parts))
    filled = [[*each, *(["0"] * (most - len(each)))] for each in parts]
    widths = [max(len(each[place].lstrip("0")) or 1 for each in filled) for place in range(most)]
    return [
        ".".join(part.lstrip("0").zfill(width) for part, width in zip(each, widths, strict=True)) for each in filled
    ]
