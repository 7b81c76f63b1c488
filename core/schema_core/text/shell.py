"""Words of shell commands that we print for people to copy."""

from __future__ import annotations

import shlex

from schema_core.text.redact import redact
from schema_core.text.terminal import visible, without_commands


def shell(text: str) -> str:
    r"""The text as one word of a shell command, secrets removed.

    A word with control or invisible characters is written as ``$'…'`` (bash, zsh, ksh), so that it can be read and
    still means the same. A NUL, which no word can hold, is shown as ``\x00``.
    """
    word = redact(text).replace("\0", r"\x00")
    if word == visible(word) and word == without_commands(word):
        return shlex.quote(word)
    return f"$'{''.join(map(_ansi_c, word.encode('utf-8', 'surrogateescape')))}'"


def _ansi_c(octet: int) -> str:
    character = chr(octet)
    return character if character.isascii() and (character.isalnum() or character in " ./_-=") else f"\\x{octet:02x}"
