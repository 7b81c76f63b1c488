"""The marker by which a later run finds our comment, and knows what it was about."""

from __future__ import annotations

import base64
import binascii
import re

import msgspec

_PREFIX = "schema-action:v1"
_FOUND = re.compile(rf"(?:<!--|\[//\]: # \()\s*{_PREFIX}\s+([A-Za-z0-9_\-]+=*)\s*(?:-->|\))")


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """What a comment is about: the action, the key, the commit, and the run that wrote it."""

    action: str
    key: str
    commit: str
    run: tuple[int, int]

    def is_same_place(self, other: Marker) -> bool:
        """Whether both belong into one comment."""
        return (self.action, self.key) == (other.action, other.key)

    def text(self, *, html: bool) -> str:
        """The marker as one invisible line: an HTML comment, or a link reference where comments would be shown.

        It is base64, so that nothing in a key can end it.
        """
        encoded = base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()
        return f"<!-- {_PREFIX} {encoded} -->" if html else f"[//]: # ({_PREFIX} {encoded})"


def marker_of(body: str) -> Marker | None:
    """The marker of a comment's text; None when it has none or a broken one."""
    found = _FOUND.search(body)
    if found is None:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(found[1]), type=Marker)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None
