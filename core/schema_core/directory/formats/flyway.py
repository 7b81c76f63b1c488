"""Flyway: ``V1.2__name.sql`` once, ``B2__name.sql`` in place of all before it, ``R__name.sql`` last and again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.directory_format import DirectoryFormat, Read
from schema_core.directory.formats.tool_file import Forward, ToolFile, lines_of
from schema_core.schema.errors import UserError
from schema_core.sqltext.source import SourceText

_NAME = re.compile(r"(?:(?P<kind>[VB])(?P<version>[0-9]+(?:[._][0-9]+)*)|R)__(?P<description>.+)\.sql", re.DOTALL)
_MEANT = re.compile(r"(?:[VB][0-9]|R_).*\.sql|[VBR][^_]*__.*\.sql", re.DOTALL)
_PROGRAM = re.compile(r"(?:[VB][0-9][0-9._]*|R)__.*\.(?:java|class|kt|groovy|py|sh|bash|bat|cmd|ps1)", re.DOTALL)
_CALLBACK = re.compile(
    r"(?:(?:before|after)(?:Connect|Each|Migrate|Repeatables|Versioned)|createSchema)\w*?(?:__.*)?\.\w+", re.DOTALL
)
_PLACEHOLDER = re.compile(r"\$\{[^}\n]*\}")


class Flyway(DirectoryFormat):
    """Versions are lists of whole numbers and sort as such; folders within the directory belong to it."""

    name = "flyway"
    title = "Flyway"
    recursive = True

    def files(self, names: Sequence[str], read: Read) -> tuple[MigrationFile, ...]:
        """The latest baseline, the versions after it, and the files that run again, by their descriptions."""
        chosen = []
        for name in names:
            base = PurePosixPath(name).name
            if _PROGRAM.fullmatch(base):
                raise UserError(f"{name} is a program, which only Flyway can run; write the migration as SQL.")
            if _CALLBACK.fullmatch(base):
                raise UserError(
                    f"{name} is run by Flyway around migrations, and would not be run here; make a migration of it, or "
                    "move it out of the directory."
                )
            if _NAME.fullmatch(base):
                chosen.append(name)
            elif _MEANT.fullmatch(base):
                raise UserError(f"{name} is no migration of Flyway; name it like V2__add_users.sql.")
        chosen.sort(key=self.order_key)
        _refuse_equal(chosen)
        baselines = [name for name in chosen if _kind(name) == "B"]
        first = _numbers(baselines[-1]) if baselines else ()
        run = [
            name
            for name in chosen
            if _kind(name) == "R" or (_kind(name) == "V" and _numbers(name) > first) or name in baselines[-1:]
        ]
        last = max((name for name in run if _kind(name) != "R"), key=_numbers, default=None)
        again = f"{_version(last) if last is not None else '0'}R"
        present = set(names)
        return tuple(
            self._file(
                name,
                read(name),
                again if _kind(name) == "R" else _version(name),
                read(f"{name}.conf") if f"{name}.conf" in present else b"",
            )
            for name in run
        )

    def file(self, name: str, data: bytes) -> MigrationFile:
        """A file without its configuration."""
        return self._file(name, data, "R" if _kind(name) == "R" else _version(name), b"")

    def order_key(self, name: str) -> tuple[object, ...]:
        """What runs again comes last, by description; the others come by version, a baseline before its equal."""
        if _kind(name) == "R":
            return (1, (), PurePosixPath(name).name, name)
        return (0, _numbers(name), _kind(name), name)

    def is_run(self, name: str) -> bool:
        """Whether it is a migration, superseded or not."""
        return _NAME.fullmatch(PurePosixPath(name).name) is not None

    def runs_again(self, name: str) -> bool:
        """Whether it has no version."""
        return _kind(name) == "R"

    def why_not_applied(self, files: Sequence[MigrationFile]) -> str | None:
        """Flyway's history is not one of versions that each run once as soon as there are R or B files."""
        for file in files:
            if (kind := _kind(file.name)) != "V":
                why = (
                    "Flyway runs again whenever it changes"
                    if kind == "R"
                    else "stands for older files on new databases only"
                )
                return (
                    f"{file.name} {why}, and a history of versions that run once has no place for that; make "
                    "a versioned file of it."
                )
        return super().why_not_applied(files)

    def _file(self, name: str, data: bytes, version: str, configuration: bytes) -> MigrationFile:
        match = _NAME.fullmatch(PurePosixPath(name).name)
        description = match["description"] if match is not None else ""
        transaction, placeholders = _configured(f"{name}.conf", configuration)

        def parse(source: SourceText) -> Forward:
            if placeholders:
                _refuse_placeholders(source)
            return Forward(kept=((0, len(source.data)),), transaction=transaction)

        return ToolFile(name, data, version=version, description=description, parse=parse, delimiters=True)


def _kind(name: str) -> str:
    return PurePosixPath(name).name[0]


def _version(name: str) -> str:
    return PurePosixPath(name).name.removesuffix(".sql").partition("__")[0][1:]


def _numbers(name: str) -> tuple[int, ...]:
    """The version as numbers; a zero at the end makes no other version."""
    numbers = [int(part) for part in re.split(r"[._]", _version(name))]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _refuse_equal(names: Sequence[str]) -> None:
    for earlier, later in pairwise(names):
        if _kind(earlier) != _kind(later):
            continue
        if _kind(later) == "R":
            if PurePosixPath(earlier).name == PurePosixPath(later).name:
                raise UserError(f"Two files that run again have one name: {earlier} and {later}; rename one of them.")
        elif _numbers(earlier) == _numbers(later):
            raise UserError(f"Two files have the same version: {earlier} and {later}; rename one of them.")


def _configured(name: str, data: bytes) -> tuple[bool | None, bool]:
    """What a file's own configuration says: whether it runs in a transaction, and whether placeholders are replaced."""
    transaction: bool | None = None
    placeholders = True
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        key, _, value = (part.strip() for part in text.partition("="))
        if key == "executeInTransaction" and value in ("true", "false"):
            transaction = value == "true"
        elif key == "placeholderReplacement" and value in ("true", "false"):
            placeholders = value == "true"
        elif key != "encoding" or value.upper() not in ("UTF-8", "UTF8"):
            raise UserError(
                f"{name}:{number}: {key!r} is not supported; only executeInTransaction, placeholderReplacement and the "
                "encoding UTF-8 are."
            )
    return transaction, placeholders


def _refuse_placeholders(source: SourceText) -> None:
    for line in lines_of(source):
        if (found := _PLACEHOLDER.search(line.text)) is not None:
            raise UserError(
                f"{source.name}:{line.number}: Flyway puts a value in place of {found[0]}, which is not known here; "
                "write the value, or switch placeholderReplacement off in the file's .conf."
            )
