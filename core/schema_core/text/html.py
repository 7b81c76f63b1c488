"""Text inside HTML elements and attributes."""

from __future__ import annotations

from html import escape as _escape

from schema_core.text.terminal import terminal


def html(text: str) -> str:
    """One line of text for an element or a quoted attribute."""
    return _escape(terminal(text))
