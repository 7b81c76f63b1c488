"""The line of a statement that an error points at, with a caret under the place."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

import msgspec

from schema_core.schema.results import StatementReport
from schema_core.schema.statements import Position
from schema_core.text.redact import redact
from schema_core.text.terminal import terminal


class Excerpt(msgspec.Struct, frozen=True):
    """The line in front of the place and from it on, both unescaped."""

    before: str
    after: str

    def fitted(self, width: int) -> tuple[str, str]:
        """The escaped line, cut to ``width`` around the place, and the caret's line."""
        before, after = terminal(self.before.expandtabs(4)), terminal(self.after.expandtabs(4))
        room = width * 2 // 3
        if len(before) > room:
            before = f"…{before[len(before) - room + 1 :]}"
        if len(before) + len(after) > width:
            after = f"{after[: width - len(before) - 1]}…"
        return before + after, f"{' ' * len(before)}^"


def excerpt(statements: Iterable[StatementReport], position: Position) -> Excerpt | None:
    """The line that holds the position, as far as it belongs to one of the statements; None outside of them.

    Secrets are removed from the whole statement, since the place may part one from what tells that it is one.
    """
    for report in statements:
        span = report.statement.span
        if span.start.offset <= position.offset <= span.end.offset:
            data = report.statement.text.encode("utf-8")
            at = position.offset - span.start.offset
            before, after = _redacted(data[:at].decode("utf-8", "replace"), data[at:].decode("utf-8", "replace"))
            *earlier, before = before.split("\n")
            return Excerpt(before if earlier else before.lstrip(), after.partition("\n")[0].rstrip())
    return None


def _redacted(before: str, after: str) -> tuple[str, str]:
    """Both without secrets; a secret that lies across the place stands behind it."""
    whole = redact(before + after)
    parts = redact(before), redact(after)
    if "".join(parts) == whole:
        return parts
    place = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, whole, strict=False)))
    return whole[:place], whole[place:]
