"""The line of a statement that an error points at, with a caret under the place."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from schema_core.schema.results import StatementReport
from schema_core.schema.statements import Position
from schema_core.text.terminal import terminal


class Excerpt(msgspec.Struct, frozen=True):
    """The line in front of the place and from it on, both raw."""

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
    """The line that holds the position, as far as it belongs to one of the statements; None outside of them."""
    for report in statements:
        span = report.statement.span
        if span.start.offset <= position.offset <= span.end.offset:
            data = report.statement.text.encode("utf-8")
            at = position.offset - span.start.offset
            start = data.rfind(b"\n", 0, at) + 1
            end = data.find(b"\n", at)
            line_end = end if end >= 0 else len(data)
            before = data[start:at].decode("utf-8", "replace")
            if start == 0:
                before = before.lstrip()
            return Excerpt(before, data[at:line_end].decode("utf-8", "replace").rstrip())
    return None
