"""Text for terminals and logs: nothing in it can move a cursor, hide, reorder or command."""

from __future__ import annotations

import os
import re
from typing import TextIO

from schema_core.text.redact import redact

INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Inside a character class: controls, line and paragraph separators, bidirectional and other format characters, blank
letters and lone surrogates (Unicode 15.0 categories Cc, Cf, Cs, Zl, Zp, and what draws nothing)."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_INVISIBLE_IN_BLOCK = re.compile(f"(?![\t\n])[{INVISIBLE}]")
_COMMAND_AT_START = re.compile(r"(?m)^([^\S\n]*):(?=:)")
_COMMAND_ANYWHERE = re.compile(r"#(?=#[A-Za-z.\-]*\[)")
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def terminal(text: str) -> str:
    """One line: secrets removed, every control and invisible character made visible, line breaks included."""
    return without_commands(visible(redact(text)))


def terminal_block(text: str) -> str:
    """Like ``terminal``, but line breaks and tabs stay."""
    return without_commands(_INVISIBLE_IN_BLOCK.sub(_escaped, redact(text).replace("\r\n", "\n")))


def visible(text: str) -> str:
    r"""The text with invisible characters written as escapes (``\x1b``, ``\u202e``); does not redact."""
    return _INVISIBLE.sub(_escaped, text)


def without_commands(text: str) -> str:
    """The text with nothing in it that a CI runner takes for a command (``::error::`` in front, ``##[group]``)."""
    return _COMMAND_ANYWHERE.sub(r"\\x23", _COMMAND_AT_START.sub(r"\1\\x3a", text))


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Style:
    """Colours and weights, or the plain text when not enabled; give it text that went through ``terminal``."""

    __slots__ = ("enabled",)

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled

    def bold(self, text: str) -> str:
        """Heavy."""
        return self._wrapped(text, "1")

    def dim(self, text: str) -> str:
        """Faint."""
        return self._wrapped(text, "2")

    def red(self, text: str) -> str:
        """For errors."""
        return self._wrapped(text, "31")

    def green(self, text: str) -> str:
        """For what is fine."""
        return self._wrapped(text, "32")

    def yellow(self, text: str) -> str:
        """For warnings."""
        return self._wrapped(text, "33")

    def _wrapped(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.enabled and text else text


def style_for(stream: TextIO) -> Style:
    """The style that fits a stream: ``NO_COLOR`` turns it off, ``FORCE_COLOR`` on, else whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return Style(enabled=False)
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return Style(enabled=True)
    return Style(enabled=stream.isatty() and os.environ.get("TERM") != "dumb")
