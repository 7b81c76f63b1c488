"""Raw values of inputs, checked once; errors name the input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from schema_ci.declarations import Action, Input
from schema_ci.platforms.protocol import Platform
from schema_core.schema.errors import UserError
from schema_core.text.redact import redact_url, remember_secret
from schema_core.text.truncate import shorten

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})
_NUMBER = re.compile(r"[0-9]{1,6}")
_LONGEST_SHOWN = 60
_WEB = ("http://", "https://")


class Inputs:
    """The checked inputs of one action."""

    def __init__(self, values: Mapping[str, str], action: Action) -> None:
        """Take values that ``read_inputs`` has checked."""
        self._values = values
        self._action = action

    def text(self, name: str) -> str:
        """The value, or the default; never surrounded by blanks."""
        return self._values[self._action.input(name).name]

    def optional(self, name: str) -> str | None:
        """The value, None when it is empty."""
        return self.text(name) or None

    def required(self, name: str) -> str:
        """The value; raises UserError when it is empty."""
        value = self.text(name)
        if not value:
            raise UserError(f"The input {name} is needed: {self._action.input(name).description}")
        return value

    def lines(self, name: str) -> tuple[str, ...]:
        """The values of a list, one a line, without empty ones."""
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def number(self, name: str) -> int | None:
        """The number, None when it is not given."""
        return int(self.text(name)) if self.text(name) else None

    def boolean(self, name: str) -> bool:
        """Whether the input is switched on."""
        return self.text(name).lower() in _TRUE


def read_inputs(action: Action, platform: Platform) -> Inputs:
    """Read and check every input of the action.

    Secrets are remembered, so that nothing prints them. Inputs that mean nothing here are answered by a notice.
    Raises UserError, naming the input, for a value that it cannot have.
    """
    values = {}
    for item in action.inputs:
        value = (platform.given(item.name) or "").strip()
        if value and item.secret:
            _hide(value)
        if value and item.ignored:
            platform.notice(f"The input {item.name} is ignored: {item.ignored}.")
        if value and item.refused:
            raise UserError(f"The input {item.name} has a value, but {item.refused}.")
        value = value or item.default
        if value:
            _check(item, value)
        values[item.name] = value
    return Inputs(values, action)


def _hide(value: str) -> None:
    for line in value.splitlines():
        if line.startswith(_WEB):
            remember_secret(line)  # as with webhooks: whoever knows the address may use it
            remember_secret(urlsplit(line).path)
        elif "://" in line:
            redact_url(line)  # remembers the URL's password; the rest of the URL is no secret
        else:
            remember_secret(line)


def _check(item: Input, value: str) -> None:
    shown = "the value" if item.secret else repr(shorten(value, _LONGEST_SHOWN))
    if item.kind == "choice" and value not in item.choices:
        raise UserError(f"The input {item.name} takes {', '.join(item.choices)}, not {shown}.")
    if item.kind == "boolean" and value.lower() not in _TRUE | _FALSE:
        raise UserError(f"The input {item.name} takes true or false, not {shown}.")
    if item.kind == "number" and (_NUMBER.fullmatch(value) is None or int(value) < 1):
        raise UserError(f"The input {item.name} takes a number from 1, not {shown}.")
    if item.kind != "list" and ("\n" in value or "\0" in value):
        raise UserError(f"The input {item.name} takes one line, not {shown}.")
