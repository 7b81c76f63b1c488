"""Comments that speak to the tool."""

from __future__ import annotations

import re

from schema_core.schema.errors import UserError

ATLAS_ONLY = ("sum", "delimiter", "txmode", "checkpoint")
"""Directives that other readers of the directory must see as well, so that only the name they know counts."""

_DIRECTIVE = re.compile(r"^[ -~]*?\b(atlas|schema-action):(\w+)(?:[ \t]+(.+?))?[ \t]*$")
_BLOCK = re.compile(r"^/\*(.*)\*/$")


def parse_directive(comment: str) -> tuple[str, str, str] | None:
    """Namespace, name and value of a comment line (``--``, ``#`` or a one-line ``/* */``); None for other comments.

    Raises UserError for a directive that is only read as ``atlas:`` and is written as ``schema-action:``.
    """
    text = comment.strip()
    if (block := _BLOCK.match(text)) is not None:
        text = f"-- {block[1].strip()}"
    if not text.startswith(("--", "#")):
        return None
    match = _DIRECTIVE.match(text)
    if match is None:
        return None
    namespace, name, value = match[1], match[2], match[3] or ""
    if namespace != "atlas" and name in ATLAS_ONLY:
        raise UserError(f"The directive {namespace}:{name} is not read; write atlas:{name}, which other tools see too.")
    return namespace, name, value
