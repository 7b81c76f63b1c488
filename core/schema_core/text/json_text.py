"""JSON that is safe to print, to embed in HTML and to read back everywhere."""

from __future__ import annotations

import json
import re
from typing import Any

from schema_core.text.redact import redact
from schema_core.text.terminal import INVISIBLE

_HIDDEN = re.compile(f"(?!\n)[{INVISIBLE}]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def json_text(value: Any, *, our_words: frozenset[str] = frozenset(), indent: int | None = 2) -> str:
    r"""A value of dictionaries, lists, strings, numbers, booleans and None as JSON with a line break at its end.

    Secrets are removed from every string; ``our_words`` names keys whose values are a fixed vocabulary of ours and
    stay. Characters that a terminal or a browser could act on are written as ``\u`` escapes, ``</`` as ``<\/``.
    """
    text = json.dumps(_redacted(value, our_words), ensure_ascii=False, indent=indent, allow_nan=False)
    text = _HIDDEN.sub(_escaped, text).replace("</", r"<\/").replace("<!--", r"\u003c!--")
    return text.replace("##", r"#\u0023") + "\n"


def _redacted(value: Any, our_words: frozenset[str]) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", redact(value))
    if isinstance(value, dict):
        return {
            key: item if key in our_words and isinstance(item, str) else _redacted(item, our_words)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_redacted(item, our_words) for item in value]
    return value


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be").hex()
    return "".join(rf"\u{units[at : at + 4]}" for at in range(0, len(units), 4))
