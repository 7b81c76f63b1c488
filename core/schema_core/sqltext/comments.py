"""The comments that belong to a statement, and the block that belongs to the file."""

from __future__ import annotations

from collections.abc import Iterable

from schema_core.schema.statements import Directive
from schema_core.sqltext.directives import parse_directive
from schema_core.sqltext.source import SourceText


def attached(data: bytes, comments: Iterable[tuple[int, int]], start: int, floor: int) -> list[tuple[int, int]]:
    """Of comments (byte ranges, in order) between ``floor`` and ``start``, the group directly above ``start``.

    A blank line ends a group, and so does the end of the statement before: what follows it on its own line is about it.
    """
    group: list[tuple[int, int]] = []
    line_end = data.find(b"\n", floor) if floor else -1
    for begin, end in comments:
        if begin < floor or end > start:
            continue
        if floor and (line_end < 0 or begin < line_end):
            continue
        if group and data.count(b"\n", group[-1][1], begin) > 1:
            group = []
        group.append((begin, end))
    if group and data.count(b"\n", group[-1][1], start) > 1:
        return []
    return group


def directives_of(source: SourceText, comments: Iterable[tuple[int, int]]) -> tuple[Directive, ...]:
    """The directives among comments, each with its position."""
    found = []
    for begin, end in comments:
        parsed = parse_directive(source.slice(begin, end))
        if parsed is not None:
            namespace, name, value = parsed
            found.append(Directive(namespace=namespace, name=name, value=value, position=source.position(begin)))
    return tuple(found)
