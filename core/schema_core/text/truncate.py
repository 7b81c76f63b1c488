"""Cuts text that is too long, between characters, and says how much was left out.

Cut before escaping: an escape sequence cut in two is worse than a long line. Secrets are removed before the cut, since
nothing would find the half of one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from schema_core.text.redact import redact

_JOINERS = "\u200d\ufe0e\ufe0f"


def shorten(text: str, limit: int) -> str:
    """At most about ``limit`` characters of the text, followed by the number of those left out."""
    text = redact(text)
    if len(text) <= limit:
        return text
    kept = _boundary(text, limit)
    return f"{text[:kept]}… ({len(text) - kept} more characters)"


def within(text: str, limit: int) -> str:
    """The text, cut to at most ``limit`` characters, the ellipsis at its end included."""
    text = redact(text)
    return text if len(text) <= limit else f"{text[: _boundary(text, limit - 1)]}…"


def one_line(text: str, limit: int) -> str:
    """The text on one line, each run of white space one blank, cut to at most ``limit`` characters by an ellipsis."""
    return within(" ".join(redact(text).split()), limit)


def first_lines(text: str, limit: int) -> str:
    """At most ``limit`` lines, followed by a line with the number of those left out."""
    lines = redact(text).split("\n")
    if len(lines) <= limit:
        return "\n".join(lines)
    return "\n".join([*lines[:limit], f"… ({len(lines) - limit} more lines)"])


def counted_list(items: Sequence[str], limit: int) -> str:
    """The items with commas between them, at most ``limit`` of them, and the number of those left out."""
    items = [redact(item) for item in items]
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return f"{', '.join(items[:limit])}{more}"


def _boundary(text: str, limit: int) -> int:
    """The greatest index up to ``limit`` that does not part a letter from its accents or an emoji's parts."""
    kept = max(limit, 0)
    while 0 < kept < len(text) and (
        unicodedata.combining(text[kept]) or text[kept] in _JOINERS or text[kept - 1] == "\u200d"
    ):
        kept -= 1
    return kept
