"""The marker by which a later run finds our comment, and knows what it was about."""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256

import msgspec

_PREFIX = "schema-action:v1"
_LONGEST = 2000
_ENCODED = rf"{_PREFIX} ([A-Za-z0-9_\-]{{1,{_LONGEST}}}=*)"
_FOUND = re.compile(rf"^(?:<!-- {_ENCODED} -->|\[//\]: # \({_ENCODED}\))[ \t\r]*$", re.MULTILINE)
_GREATEST = 2**63


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """What a comment is about: the action, the key, the commit, and the run that wrote it.

    ``run`` is the run's number and attempt. ``written`` (milliseconds since 1970) tells jobs of one run apart that
    write the same comment.
    """

    action: str
    key: str
    commit: str
    run: tuple[int, int]
    written: int = 0

    @property
    def age(self) -> tuple[int, int, int]:
        """Greater for what is newer."""
        return (*self.run, self.written)

    def is_same_place(self, other: Marker) -> bool:
        """Whether both belong into one comment."""
        return (self.action, self.key) == (other.action, other.key)

    def text(self, *, html: bool) -> str:
        """The marker as one invisible line: an HTML comment, or a link reference where comments would be shown.

        It is base64, so that nothing in a key can end it.
        """
        encoded = base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()
        return f"<!-- {_PREFIX} {encoded} -->" if html else f"[//]: # ({_PREFIX} {encoded})"


def key_digest(key: str) -> str:
    """A key as markers carry it: a label may be of any length, and may hold what nobody must read."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def marker_of(body: str) -> Marker | None:
    """The marker of a comment's text; None when it has none or a broken one.

    The last line that is one counts: it is ours, while one further up may stand in somebody's SQL.
    """
    found = list(_FOUND.finditer(body))
    if not found:
        return None
    try:
        marker = msgspec.json.decode(base64.urlsafe_b64decode(found[-1][1] or found[-1][2]), type=Marker)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None
    return marker if all(0 <= number < _GREATEST for number in marker.age) else None
