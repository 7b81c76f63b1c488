"""goose: one file with ``-- +goose Up`` and ``-- +goose Down``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.directory_format import DirectoryFormat, Read, refuse_equal_numbers
from schema_core.directory.formats.open_text import what_is_open
from schema_core.directory.formats.tool_file import Forward, Line, ToolFile, lines_of
from schema_core.schema.errors import UserError
from schema_core.sqltext.source import SourceText

_NAME = re.compile(r"([0-9]+)_(.*)\.sql", re.DOTALL)
_GO = re.compile(r"[0-9]+_.*\.go", re.DOTALL)
_MARK = re.compile(r"\s*--\s*\+goose\s*(.*?)\s*", re.IGNORECASE)


class Goose(DirectoryFormat):
    """One file for each version; versions are whole numbers and sort as such."""

    name = "goose"
    title = "goose"

    def files(self, names: Sequence[str], read: Read) -> tuple[MigrationFile, ...]:
        """All SQL files; migrations in Go cannot be run."""
        chosen = []
        for name in names:
            if _GO.fullmatch(name) and not name.endswith("_test.go"):
                raise UserError(
                    f"{name} is a migration in Go, which only goose can run; write it as SQL, or leave it to goose and "
                    "keep the SQL files of a whole history in a directory of their own."
                )
            if name.endswith(".sql"):
                if not _NAME.fullmatch(name):
                    raise UserError(f"{name} is no migration of goose; name it like 00001_add_users.sql.")
                chosen.append(name)
        chosen.sort(key=self.order_key)
        refuse_equal_numbers(chosen, self.order_key)
        return tuple(self.file(name, read(name)) for name in chosen)

    def file(self, name: str, data: bytes) -> MigrationFile:
        """What stands between the marks Up and Down is run."""
        version, _, rest = name.partition("_")
        return ToolFile(name, data, version=version, description=rest.removesuffix(".sql"), parse=parse)

    def order_key(self, name: str) -> tuple[object, ...]:
        """The number before the underscore."""
        return (int(name.partition("_")[0]),)

    def is_run(self, name: str) -> bool:
        """Whether it is a migration in SQL."""
        return _NAME.fullmatch(name) is not None


def parse(source: SourceText) -> Forward:
    """What goose runs on the way up; raises UserError for what goose refuses, and for what it would cut in two."""
    reader = _Reader(source.name)
    for line in lines_of(source):
        mark = _MARK.fullmatch(line.text)
        if mark is not None:
            reader.mark(line, mark[1])
        else:
            reader.line(line)
    return reader.result()


class _Reader:
    """goose's own automaton: where it is, and the statement that it is in the middle of."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._section = "start"
        self._begun: int | None = None
        self._pending: list[str] = []
        self._pending_line = 0
        self._kept: list[tuple[int, int]] = []
        self._transaction = True

    def mark(self, line: Line, word: str) -> None:
        """A line that goose reads as an order."""
        order = word.upper()
        if line.text[:1].isspace():
            raise self._refused(line.number, "goose reads no mark that begins with white space; move it to the left")
        if order == "NO TRANSACTION":
            self._transaction = False
        elif order in ("UP", "DOWN"):
            self._enter(line, order.lower())
        elif order in ("STATEMENTBEGIN", "STATEMENTEND"):
            self._statement(line, begins=order == "STATEMENTBEGIN")
        elif order not in ("ENVSUB ON", "ENVSUBST ON", "ENVSUB OFF", "ENVSUBST OFF"):
            raise self._refused(line.number, f"goose has no mark '+goose {word}'; correct it")
        elif order.endswith("ON") and self._section != "down":
            raise self._refused(line.number, "variables of the environment are not put into SQL here; write the values")

    def line(self, line: Line) -> None:
        """A line of SQL, or a comment."""
        text = line.text
        if self._section == "start":
            if text.strip() and not text.lstrip().startswith("--"):
                raise self._refused(line.number, "there is SQL before '-- +goose Up'; put that mark first")
            return
        if self._section == "down":
            return
        self._kept.append((line.start, line.end))
        if self._begun is not None:
            return
        if not self._pending:
            if not text.strip() or text.lstrip().startswith("--"):
                return
            self._pending_line = line.number
        self._pending.append(text)
        if _ends_statement(text):
            if inside := what_is_open("\n".join(self._pending)):
                raise self._refused(
                    line.number,
                    f"goose ends a statement at this line, inside {inside}; put the statement between "
                    "'-- +goose StatementBegin' and '-- +goose StatementEnd'",
                )
            self._pending = []

    def result(self) -> Forward:
        """What there is at the end of the file."""
        if self._section == "start":
            raise UserError(f"{self._name}: goose reads no migration without '-- +goose Up'; put it above the SQL.")
        if self._begun is not None:
            raise self._refused(self._begun, "'-- +goose StatementEnd' is missing for this mark")
        self._finished(self._pending_line)
        return Forward(kept=tuple(self._kept), transaction=None if self._transaction else False)

    def _enter(self, line: Line, section: str) -> None:
        if section == "up" and self._section != "start":
            raise self._refused(line.number, "there is a second '-- +goose Up'; keep one")
        if section == "down":
            if self._section != "up" or self._begun is not None:
                raise self._refused(line.number, "'-- +goose Down' belongs after '-- +goose Up' and its statements")
            self._finished(line.number)
        self._section = section

    def _statement(self, line: Line, *, begins: bool) -> None:
        if self._section == "start" or begins is (self._begun is not None):
            raise self._refused(
                line.number, "StatementBegin and StatementEnd come in pairs, below '-- +goose Up' or '-- +goose Down'"
            )
        if self._section == "up" and begins:
            self._finished(line.number)
        self._begun = line.number if begins else None

    def _finished(self, number: int) -> None:
        if self._pending:
            raise self._refused(
                self._pending_line or number, "goose misses the semicolon at the end of this statement's last line"
            )

    def _refused(self, number: int, reason: str) -> UserError:
        return UserError(f"{self._name}:{number}: {reason}.")


def _ends_statement(line: str) -> bool:
    """Whether goose takes a line for the last of a statement: its last word before a comment ends with a semicolon."""
    last = ""
    for word in line.split():
        if word.startswith("--"):
            break
        last = word
    return last.endswith(";")
