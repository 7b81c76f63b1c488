"""The directives in a file's leading block of comments."""

from __future__ import annotations

import msgspec

from schema_core.schema.errors import UserError
from schema_core.schema.statements import Directive
from schema_core.sqltext.comments import directives_of
from schema_core.sqltext.source import SourceText

_UNSUPPORTED = ("txtar", "import", "assert")
_ESCAPES = {r"\n": "\n", r"\r": "\r", r"\t": "\t"}


class FileDirectives(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says about itself.

    ``nolint`` is None when absent and empty when bare (the file is left out); ``checkpoint`` is the tag, empty for a
    checkpoint without one; ``comments`` are all directives of the block.
    """

    txmode: str | None = None
    delimiter: str | None = None
    checkpoint: str | None = None
    nolint: tuple[str, ...] | None = None
    comments: tuple[Directive, ...] = ()


def read_directives(source: SourceText) -> FileDirectives:
    """Read the leading block of ``--`` or ``#`` lines.

    The block belongs to the file when a blank line (or nothing) follows it; otherwise it belongs to the first
    statement. ``delimiter`` counts on the very first line whatever follows.
    """
    lines, ends_with_blank = _leading_lines(source)
    found = directives_of(source, lines)
    first = [item for item in found if item.position.line == 1 and item.name == "delimiter"]
    block = found if ends_with_blank else tuple(first)
    for item in found:
        if item.name in _UNSUPPORTED:
            raise UserError(f"{source.name}: the directive {item.namespace}:{item.name} is not supported yet.")
    modes = [item.value for item in block if item.name == "txmode"]
    if len(modes) > 1:
        raise UserError(f"{source.name}: multiple txmode values found in file; keep one.")
    if modes and modes[0] not in ("none", "file"):
        raise UserError(f"{source.name}: atlas:txmode takes none or file, not {modes[0]!r}.")
    nolint = [item for item in block if item.name == "nolint"]
    words = tuple(word for item in nolint for word in item.value.split())
    bare = any(not item.value for item in nolint)
    checkpoints = [item.value for item in block if item.name == "checkpoint"]
    return FileDirectives(
        txmode=modes[0] if modes else None,
        delimiter=_unescaped(source, first[0].value) if first else None,
        checkpoint=checkpoints[0] if checkpoints else None,
        nolint=None if not nolint else () if bare else words,
        comments=block,
    )


def _leading_lines(source: SourceText) -> tuple[list[tuple[int, int]], bool]:
    lines: list[tuple[int, int]] = []
    offset = 0
    for raw in source.data.splitlines(keepends=True):
        text = raw.strip()
        if not text.startswith((b"--", b"#")):
            return lines, not text
        lines.append((offset, offset + len(raw.rstrip(b"\r\n"))))
        offset += len(raw)
    return lines, True


def _unescaped(source: SourceText, value: str) -> str:
    if not value:
        raise UserError(f"{source.name}: atlas:delimiter needs a value, as in '-- atlas:delimiter \\n\\n'.")
    for escape, character in _ESCAPES.items():
        value = value.replace(escape, character)
    return value
