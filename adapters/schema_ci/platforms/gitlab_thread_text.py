"""The text of a thread on a line: the problem, what to write instead, and a hidden marker to find the thread again."""

from __future__ import annotations

import base64
import binascii
import re

import msgspec

from schema_core.report.lint_problems import Problem
from schema_core.text import markdown

_PREFIX = "schema-action:thread:v1"
_FOUND = re.compile(rf"<!--\s*{_PREFIX}\s+([A-Za-z0-9_\-]+=*)\s*-->")
_SIGNS = {"error": "❌", "warning": "⚠️", "notice": "💡"}
MOST_LINES = 100
"""Lines that a suggestion may replace below the one it is on."""


class ThreadMarker(msgspec.Struct, frozen=True, kw_only=True):
    """Which run of which job keeps the thread (``action`` and the key's digest), and which problem it is about."""

    action: str
    key: str
    problem: str

    def text(self) -> str:
        """The marker as an HTML comment; base64, so that nothing in a key can end it."""
        return f"<!-- {_PREFIX} {base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()} -->"


def thread_marker_of(body: str) -> ThreadMarker | None:
    """The marker of a note's text; None when it has none or a broken one.

    The last one counts: it is ours, while one further up may stand in somebody's SQL.
    """
    found = _FOUND.findall(body)
    if not found:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(found[-1]), type=ThreadMarker)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None


def thread_text(problem: Problem, marker: ThreadMarker, suggestion: str = "") -> str:
    """The text of the thread on the problem's place."""
    finding = problem.finding
    code = markdown.link(problem.code, problem.documentation)
    first, *rest = [line for line in problem.message.split("\n") if line.strip()] or [problem.title]
    parts = [
        f"{_SIGNS[problem.severity]} **{problem.severity.capitalize()} {code}: {markdown.inline(problem.title)}**",
        markdown.inline(first),
    ]
    if rest:
        parts.append(markdown.fence("\n".join(rest), "text").rstrip("\n"))
    if finding is not None and finding.effect:
        parts.append(markdown.inline(finding.effect))
    if suggestion:
        title = finding.fix.title if finding is not None and finding.fix is not None else ""
        parts += [f"Tried and proven: {markdown.inline(title)}", suggestion]
    elif finding is not None and finding.instead:
        parts.append(f"Instead: {markdown.inline(finding.instead)}")
    parts.append(marker.text())
    return "\n\n".join(parts)


def companion_text(problem: Problem, marker: ThreadMarker, suggestion: str) -> str:
    """The text of the thread on another place that the same fix changes."""
    about = f"This belongs to the fix of {markdown.link(problem.code, problem.documentation)}: apply both together."
    return "\n\n".join([about, suggestion, marker.text()])


def suggestion_block(replacement: str, below: int) -> str:
    """A suggestion that replaces its line and as many ``below`` it; empty when the text could not be shown as it is."""
    block = markdown.verbatim(replacement, f"suggestion:-0+{below}")
    return block.rstrip("\n") if block is not None and below <= MOST_LINES else ""
