"""What SQL files say was renamed: ``-- atlas:renamed_from NAME`` above a statement, or above a column in one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from schema_core.dialects.protocol import Dialect, SplitError
from schema_core.schema.statements import Statement
from schema_core.sqltext.directives import parse_directive
from schema_core.sqltext.source import SourceText

_NAME = "renamed_from"
_IDENTIFIER = re.compile(r'"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\w$]+)')


class RenameDirective(msgspec.Struct, frozen=True, kw_only=True):
    """An object's new name, as far as the text says it, and its old one; ``place`` is for messages."""

    kind: str | None
    schema: str | None
    parent: str | None
    name: str
    old: str
    place: str


def rename_directives(source: SourceText, dialect: Dialect) -> Iterator[RenameDirective]:
    """All of a file's, in order; a file that cannot be cut into statements has none."""
    if _NAME not in source.text:
        return
    try:
        statements = list(dialect.split(source))
    except SplitError:
        return
    for statement in statements:
        target = next((action.target for action in statement.actions if action.target is not None), None)
        if target is None:
            continue
        place = f"{source.name}:{statement.span.start.line}"
        for directive in statement.directives:
            if directive.name == _NAME:
                yield RenameDirective(
                    kind=target.kind,
                    schema=target.schema,
                    parent=target.parent,
                    name=target.name,
                    old=bare(directive.value),
                    place=place,
                )
        if target.kind == "table":
            for name, old in _inside(statement):
                yield RenameDirective(
                    kind="column", schema=target.schema, parent=target.name, name=name, old=old, place=place
                )


def bare(name: str) -> str:
    """An identifier without its quotes."""
    match = _IDENTIFIER.fullmatch(name.strip())
    if match is None:
        return name.strip()
    return next(group for group in match.groups() if group is not None).replace('""', '"')


def _inside(statement: Statement) -> Iterator[tuple[str, str]]:
    """New and old names of columns that stand below a directive within the statement."""
    old: str | None = None
    for line in statement.text.splitlines():
        text = line.strip()
        if text.startswith("--"):
            directive = parse_directive(text)
            if directive is not None and directive[1] == _NAME:
                old = bare(directive[2])
            continue
        if old is not None and (match := _IDENTIFIER.match(text)) is not None:
            yield bare(match[0]), old
        if text:
            old = None
