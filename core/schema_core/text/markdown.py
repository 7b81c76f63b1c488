"""Text inside Markdown, as GitHub, GitLab and Bitbucket read it.

Mentions, references, autolinks and emoji are looked for in the rendered text, where an entity no longer protects it, so
a zero-width space (written as an entity) parts them.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from schema_core.text.terminal import terminal, terminal_block
from schema_core.text.truncate import one_line

_ZERO_WIDTH = "&#8203;"
_ACTIVE = re.compile(r"[\\`*\[\]<>&|~$]|(?<!\w)_|_(?!\w)")
_PARTED = (
    re.compile(r"@(?=[\w\-.])"),
    re.compile(r"#(?=[\w\-])"),
    re.compile(r"(?<!\w)[!%~&$](?=[\w\"])"),
    re.compile(r"(?i)\bgh-(?=\d)"),
    re.compile(r":(?=//)"),
    re.compile(r"(?i)\b(?:www|mailto:|xmpp:)(?=[.\w])"),
    re.compile(r":(?=[A-Za-z+\-][\w+\-]*:)"),
    re.compile(r"(?i)\b(?:java|vb)script(?=:)"),
)
"""A zero-width space goes behind each match."""
_BLOCK_START = re.compile(r"^(\d*)([#+\-=./)>:])")
_BACKTICKS = re.compile(r"`+")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_RELATIVE = re.compile(r"[^:\\]*$")


def inline(text: str) -> str:
    """One line of running text: nothing in it is markup, a link, a mention, a reference or a command."""
    line = terminal(text)
    for pattern in _PARTED:
        line = pattern.sub(lambda match: f"{match[0]}\0", line)
    start = _BLOCK_START.match(line.lstrip(" "))
    if start is not None:
        line = line.lstrip(" ")
        line = f"{start[1]}\1{ord(start[2])};{line[start.end() :]}"
    line = _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", line)
    return line.replace("\0", _ZERO_WIDTH).replace("\1", "&#").strip(" ")


def inline_within(text: str, room: int) -> str:
    """Like ``inline``, cut so that the escaped text has at most ``room`` characters."""
    limit = room
    while len(escaped := inline(one_line(text, limit))) > room:
        limit = min(limit - 1, limit * room // len(escaped))
    return escaped


def code(text: str, *, html: bool = True) -> str:
    """One line of code, with a fence longer than any run of backticks in it; also right in a table's cell.

    Without ``html``, code that needs the element is running text.
    """
    line = terminal(text)
    if not line.strip(" ") or any(character in line for character in "|\\"):
        # A pipe ends the cell and a backslash in front of it changes how the row is cut: the element has no such rules.
        element = inline(text) or "&nbsp;"
        return f"<code>{element}</code>" if html else element
    ticks = "`" * (_longest_run(line) + 1)
    padding = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{ticks}{padding}{line}{padding}{ticks}"


def table_cell(text: str) -> str:
    """Running text inside a table's cell."""
    return inline(text)


def fence(text: str, language: str = "sql") -> str:
    """A block of code, fenced by more backticks than any run in it, with a line break at its end."""
    block = terminal_block(text).rstrip("\n")
    ticks = "`" * max(3, _longest_run(block) + 1)
    return f"{ticks}{re.sub(r'[^A-Za-z0-9_+:-]', '', language)}\n{block}\n{ticks}\n"


def verbatim(text: str, language: str) -> str | None:
    """A fenced block of exactly this text, for code that is applied by a click; None when it cannot be shown as it is.

    An empty text is a block without lines: a suggestion of one deletes.
    """
    if terminal_block(text) != text:
        return None
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}{language}\n{text}{chr(10) if text else ''}{ticks}\n"


def link(text: str, url: str) -> str:
    """A link to a web address or a relative path; the text alone when the address is of any other kind."""
    return f"[{inline(text)}]({address(url)})" if _is_target(url) else inline(text)


def code_link(text: str, url: str, *, html: bool = True) -> str:
    """Like ``link``, its text as code."""
    return f"[{code(text, html=html)}]({address(url)})" if _is_target(url) else code(text, html=html)


def address(url: str) -> str:
    """A URL for a link's target: whatever could end the target or the cell around it is percent-encoded."""
    return quote(terminal(url), safe="/:?#@!$&+,;=%~-._")


def _is_target(url: str) -> bool:
    return bool(url) and (_WEB.match(url) is not None or _RELATIVE.match(url) is not None)


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
