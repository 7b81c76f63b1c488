"""dbmate: one file with ``-- migrate:up`` and ``-- migrate:down``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.directory_format import DirectoryFormat, Read
from schema_core.directory.formats.tool_file import Forward, ToolFile, lines_of
from schema_core.schema.errors import UserError
from schema_core.sqltext.source import SourceText

_NAME = re.compile(r"([0-9]+)(.*)\.sql", re.DOTALL)
_MARK = re.compile(r"--\s*migrate:(up|down)(?:\s+(.*))?")
_NEARLY = re.compile(r"\s*--\s*migrate:", re.IGNORECASE)


class Dbmate(DirectoryFormat):
    """One file for each version, in the order of their names."""

    name = "dbmate"
    title = "dbmate"

    def files(self, names: Sequence[str], read: Read) -> tuple[MigrationFile, ...]:
        """All SQL files."""
        chosen = sorted((name for name in names if name.endswith(".sql")), key=str.encode)
        for name in chosen:
            if not _NAME.fullmatch(name):
                raise UserError(f"{name} is no migration of dbmate; name it like 20250102030405_add_users.sql.")
        return tuple(self.file(name, read(name)) for name in chosen)

    def file(self, name: str, data: bytes) -> MigrationFile:
        """What stands between the marks up and down is run."""
        version, _, description = name.removesuffix(".sql").partition("_")
        return ToolFile(name, data, version=version, description=description, parse=parse)

    def order_key(self, name: str) -> tuple[object, ...]:
        """The bytes of the name."""
        return (name.encode(),)

    def is_run(self, name: str) -> bool:
        """Whether it is a migration."""
        return _NAME.fullmatch(name) is not None


def parse(source: SourceText) -> Forward:
    """What dbmate runs on the way up; raises UserError for what it refuses."""
    section = "start"
    kept = []
    transaction = True
    for line in lines_of(source):
        where = f"{source.name}:{line.number}"
        mark = _MARK.fullmatch(line.text)
        if mark is None:
            _refuse_stray(where, line.text, section)
            if section == "up":
                kept.append((line.start, line.end))
        elif mark[1] == "up":
            if section != "start":
                raise UserError(f"{where}: there is a second '-- migrate:up'; keep one, above '-- migrate:down'.")
            transaction = _transaction(where, mark[2] or "")
            section = "up"
        else:
            if section != "up":
                raise UserError(f"{where}: '-- migrate:down' belongs once, below '-- migrate:up'.")
            section = "down"
    if section == "start":
        raise UserError(f"{source.name}: dbmate reads no migration without '-- migrate:up'; put it above the SQL.")
    return Forward(kept=tuple(kept), transaction=None if transaction else False)


def _refuse_stray(where: str, text: str, section: str) -> None:
    if _NEARLY.match(text):
        raise UserError(f"{where}: dbmate reads '-- migrate:up' and '-- migrate:down', at the left; correct the mark.")
    if section == "start" and text.strip() and not text.lstrip().startswith("--"):
        raise UserError(f"{where}: there is SQL before '-- migrate:up'; put that mark first.")


def _transaction(where: str, options: str) -> bool:
    transaction = True
    for option in options.split():
        if option not in ("transaction:true", "transaction:false"):
            raise UserError(f"{where}: the option {option!r} is not known; dbmate has transaction:true and :false.")
        transaction = option == "transaction:true"
    return transaction
