"""Workflow commands of GitHub's runner: ``::error file=…,line=…::message``.

The runner decodes exactly ``%25``, ``%0D``, ``%0A`` in a message, and ``%3A`` and ``%2C`` as well in a property
(github.com/actions/toolkit, packages/core/src/command.ts); it cuts a message at 4,096 characters.
"""

from __future__ import annotations

from schema_core.text.terminal import terminal, terminal_block
from schema_core.text.truncate import shorten

_LONGEST_MESSAGE = 4000
_LONGEST_TITLE = 250


def message(text: str) -> str:
    """The message of a command; line breaks stay, as ``%0A``."""
    return _encoded(terminal_block(shorten(text, _LONGEST_MESSAGE)))


def property_value(text: str) -> str:
    """The value of a command's property (``title=…``)."""
    return _encoded(terminal(shorten(text, _LONGEST_TITLE))).replace(":", "%3A").replace(",", "%2C")


def path_value(text: str) -> str:
    """A file name as a property: never shortened, or it would name another file."""
    return _encoded(terminal(text)).replace(":", "%3A").replace(",", "%2C")


def command(name: str, text: str, properties: dict[str, str]) -> str:
    """One command line; ``properties`` are already escaped."""
    listed = ",".join(f"{key}={value}" for key, value in properties.items())
    return f"::{name} {listed}::{message(text)}" if listed else f"::{name}::{message(text)}"


def _encoded(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
