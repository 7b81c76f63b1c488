"""Inputs of a GitLab job: variables ``SCHEMA_ACTION_<INPUT>``, or those that the incumbent's component sets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

_PREFIX = "SCHEMA_ACTION_"
_OTHER_PREFIX = "ATLAS_INPUT_"
_OTHER_ACTION = "ATLAS_ACTION"
TOKEN_VARIABLE = "SCHEMA_ACTION_TOKEN_VARIABLE"  # noqa: S105 - the name of a variable
"""Names the variable that holds the token, so that no pipeline needs to copy the token into another one."""
DEFAULT_TOKEN_VARIABLE = "GITLAB_TOKEN"  # noqa: S105 - the name of a variable
WHICH_TOKEN = (  # told where one is missing
    "Create a project access token with the role Developer and the scope api, and keep it in a masked variable named "
    f"{DEFAULT_TOKEN_VARIABLE} (docs/gitlab.md)."
)
_UNSET = re.compile(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[abfnrtv\\\"'])")
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def given(environment: Mapping[str, str], name: str, on_other: Callable[[], None]) -> str | None:
    """The raw value of an input, None when it is not given; ``on_other`` is called when it is the incumbent's."""
    word = name.upper().replace("-", "_")
    for value in (_value(environment, f"{_PREFIX}{word}"), _token(environment) if name == "token" else None):
        if value is not None:
            return _lines(value)
    other = _value(environment, _OTHER_ACTION if name == "action" else f"{_OTHER_PREFIX}{word}")
    if other is None:
        return None
    on_other()
    return _lines(go_unquoted(other))


def _value(environment: Mapping[str, str], name: str) -> str | None:
    """A variable's value; None when it is empty or, as GitLab leaves it, the name of one that nobody set."""
    value = environment.get(name, "")
    return None if not value.strip() or _UNSET.fullmatch(value.strip()) else value


def _token(environment: Mapping[str, str]) -> str | None:
    return _value(environment, environment.get(TOKEN_VARIABLE, "").strip() or DEFAULT_TOKEN_VARIABLE)


def _lines(value: str) -> str:
    """A list, which an input of the type ``array`` arrives as in JSON, one value a line."""
    if not value.lstrip().startswith("["):
        return value
    try:
        items = json.loads(value)
    except ValueError:
        return value
    return "\n".join(items) if all(isinstance(item, str) for item in items) else value


def go_unquoted(value: str) -> str:
    r"""The value of a string in Go's quotes (``"a\tb"``, or raw in backticks); any other text as it is."""
    text = value.strip()
    if len(text) < 2 or text[0] != text[-1] or text[0] not in '"`':
        return value
    inner = text[1:-1]
    if text[0] == "`":
        return value if "`" in inner else inner
    if '"' in _ESCAPE.sub("", inner) or "\\" in _ESCAPE.sub("", inner) or "\n" in inner:
        return value
    # Octal and \x escapes are bytes, of which several make a character.
    parts: list[bytes] = []
    at = 0
    for match in _ESCAPE.finditer(inner):
        parts += [inner[at : match.start()].encode("utf-8", "surrogatepass"), _escaped(match[1])]
        at = match.end()
    parts.append(inner[at:].encode("utf-8", "surrogatepass"))
    return b"".join(parts).decode("utf-8", "replace")


def _escaped(escape: str) -> bytes:
    if escape[0] == "x":
        return bytes([int(escape[1:], 16)])
    if escape[0] in "uU":
        code = int(escape[1:], 16)
        return chr(code if code <= 0x10FFFF else 0xFFFD).encode("utf-8", "replace")
    if escape[0].isdigit():
        return bytes([int(escape, 8) & 0xFF])
    return _SIMPLE.get(escape, escape).encode()
