"""Words of shell commands that we print for people to copy, and files that a shell sources."""

from __future__ import annotations

import re
import shlex

from schema_core.text.redact import redact
from schema_core.text.terminal import terminal, visible, without_commands

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def shell(text: str) -> str:
    r"""The text as one word of a shell command, secrets removed.

    A word with control or invisible characters is written as ``$'…'`` (bash, zsh, ksh), so that it can be read and
    still means the same. A NUL, which no word can hold, is shown as ``\x00``.
    """
    word = redact(text).replace("\0", r"\x00")
    if word == visible(word) and word == without_commands(word):
        return shlex.quote(word)
    return f"$'{''.join(map(_ansi_c, word.encode('utf-8', 'surrogateescape')))}'"


def assignment(name: str, value: str) -> str:
    """``name='value'`` for a file that any POSIX shell may source: it sets the variable and does nothing else.

    The value is one line as ``terminal`` shows it: secrets removed, control and invisible characters visible. Raises
    ValueError for a name that no variable can have.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is no name of a shell variable")
    quoted = terminal(value).replace("'", "'\\''")
    return f"{name}='{quoted}'"


def _ansi_c(octet: int) -> str:
    character = chr(octet)
    return character if character.isascii() and (character.isalnum() or character in " ./_-=") else f"\\x{octet:02x}"
