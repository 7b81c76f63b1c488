"""Liquibase: SQL with ``--liquibase formatted sql`` at the top and a ``--changeset`` above every change."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.directory_format import DirectoryFormat, Read
from schema_core.directory.formats.tool_file import Forward, Line, ToolFile, lines_of
from schema_core.schema.errors import UserError
from schema_core.sqltext.source import SourceText

_HEADER = re.compile(r"\s*--\s*liquibase\s+formatted\s+sql\b.*", re.IGNORECASE)
_MARK = re.compile(
    r"\s*--\s*(changeset|rollback|preconditions?|property|validCheckSum|ignoreLines|ignore|include|includeAll)\b(.*)",
    re.IGNORECASE,
)
_CHANGESET = re.compile(r'\s+("[^"]+"|[^:]+):\s*("[^"]+"|\S+)(.*)')
_ATTRIBUTE = re.compile(r'(\w+):("[^"]*"|\S*)')
_BLOCK = re.compile(r"\s*/\*\s*liquibase\s+rollback\s*", re.IGNORECASE)
_PARAMETER = re.compile(r"\$\{[^}\n]*\}")
_HARMLESS = {
    *("splitstatements", "stripcomments", "rollbacksplitstatements", "rollbackenddelimiter", "logicalfilepath"),
    *("created", "runonchange", "onvalidationfail"),
}
_ONLY_AS = {
    "enddelimiter": (";",),
    "runalways": ("false",),
    "failonerror": ("true",),
    "ignore": ("false",),
    "context": ("",),
    "contextfilter": ("",),
    "labels": ("",),
    "dbms": ("", "all"),
}
_OTHER_CHANGELOG = (".xml", ".yaml", ".yml", ".json")
_INCLUDED = re.compile(r"\bfile[\"']?\s*[=:]\s*[\"']?([^\s\"'>,}]+)")


class Liquibase(DirectoryFormat):
    """Files of formatted SQL in the order of their names, as ``includeAll`` takes them."""

    name = "liquibase"
    title = "Liquibase"

    def files(self, names: Sequence[str], read: Read) -> tuple[MigrationFile, ...]:
        """All SQL files; a changelog in another language may only include them, in the same order."""
        chosen = sorted((name for name in names if name.endswith(".sql")), key=str.encode)
        for name in names:
            if name.endswith(_OTHER_CHANGELOG):
                _refuse_other_order(name, read(name).decode("utf-8", "replace"), chosen)
        return tuple(self.file(name, read(name)) for name in chosen)

    def file(self, name: str, data: bytes) -> MigrationFile:
        """All changes are run; the lines that lead back are not."""
        version, _, description = name.removesuffix(".sql").partition("_")
        return ToolFile(name, data, version=version, description=description, parse=parse)

    def order_key(self, name: str) -> tuple[object, ...]:
        """The bytes of the name."""
        return (name.encode(),)


def parse(source: SourceText) -> Forward:
    """What Liquibase runs on an update; raises UserError for what depends on more than the file says."""
    kept = []
    modes: set[bool] = set()
    changesets = 0
    skipping = False
    lines = lines_of(source)
    if not any(_HEADER.fullmatch(line.text) for line in lines[:1]):
        raise UserError(
            f"{source.name}:1: only formatted SQL is read; begin the file with '--liquibase formatted sql' and put "
            "'--changeset author:id' above every change."
        )
    for line in lines[1:]:
        if skipping or _BLOCK.fullmatch(line.text):
            skipping = not line.text.rstrip().endswith("*/")
            continue
        mark = _MARK.fullmatch(line.text)
        if mark is None:
            if not changesets and line.text.strip() and not line.text.lstrip().startswith("--"):
                raise _refused(source, line, "there is SQL above the first '--changeset'; put that mark first")
            if (found := _PARAMETER.search(line.text)) is not None:
                raise _refused(
                    source, line, f"Liquibase may put a value in place of {found[0]}, which is not known here; write it"
                )
            kept.append((line.start, line.end))
        elif mark[1].lower() == "changeset":
            changesets += 1
            modes.add(_transaction(source, line, mark[2]))
            if len(modes) > 1:
                raise _refused(
                    source, line, "a file runs with a transaction or without; put runInTransaction:false into its own"
                )
        elif mark[1].lower() not in ("rollback", "validchecksum"):
            raise _refused(source, line, f"'{mark[1]}' decides what is run, and is not supported; take it out")
    return Forward(kept=tuple(kept), transaction=False if modes == {False} else None)


def _transaction(source: SourceText, line: Line, rest: str) -> bool:
    """Whether a change set runs in a transaction; raises UserError for attributes that decide whether it runs."""
    found = _CHANGESET.fullmatch(rest)
    if found is None:
        raise _refused(source, line, "a change set needs an author and an id, as in '--changeset ada:1'")
    transaction = True
    for attribute, quoted in _ATTRIBUTE.findall(found[3]):
        key, value = attribute.lower(), quoted.strip('"').lower()
        if key == "runintransaction":
            transaction = value != "false"
        elif key in _ONLY_AS and value not in _ONLY_AS[key]:
            raise _refused(
                source,
                line,
                f"{attribute}:{quoted} decides what is run, when or how, and is not supported; take it out, or make "
                "the change in a directory for that case",
            )
        elif key not in _ONLY_AS and key not in _HARMLESS:
            raise _refused(source, line, f"the attribute {attribute!r} is not supported; take it out")
    return transaction


def _refuse_other_order(name: str, text: str, chosen: Sequence[str]) -> None:
    if "databaseChangeLog" not in text:
        return
    if "changeSet" in text:
        raise UserError(f"{name} holds change sets, which only Liquibase can run; write them as formatted SQL.")
    included = [path.rpartition("/")[2] for path in _INCLUDED.findall(text)]
    if "includeAll" not in text and included != list(chosen):
        raise UserError(
            f"{name} includes other files than the SQL files of the directory, or in another order than that of their "
            "names; use includeAll, or rename the files so that they sort as they are included."
        )
    if "includeAll" in text and included:
        raise UserError(f"{name} includes files one by one beside includeAll; use includeAll only.")


def _refused(source: SourceText, line: Line, reason: str) -> UserError:
    return UserError(f"{source.name}:{line.number}: {reason}.")
