"""What stands in a thread: nothing of it is markup that came from outside, and a suggestion is exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schema_ci.platforms.gitlab_thread_text import (
    ThreadMarker,
    companion_text,
    suggestion_block,
    thread_marker_of,
    thread_text,
)
from schema_core.report.lint_problems import Problem
from schema_core.schema.statements import Position, Span

PLACE = Span(Position(0, 1, 1), Position(0, 1, 1))
MARKER = ThreadMarker(action="migrate/lint", key="db", problem="0123456789abcdef")


def _problem(message: str, title: str = "Drop column") -> Problem:
    return Problem(
        code="DS103",
        title=title,
        severity="error",
        message=message,
        path="db/2.sql",
        span=PLACE,
        documentation="https://docs.example.org/DS103.md",
        fingerprint="0" * 64,
    )


@pytest.mark.parametrize(
    ("replacement", "below", "block"),
    [
        ("SELECT 1;", 0, "```suggestion:-0+0\nSELECT 1;\n```"),
        ("a\n\nb\n", 3, "```suggestion:-0+3\na\n\nb\n\n```"),
        ("SELECT '```';", 1, "````suggestion:-0+1\nSELECT '```';\n````"),
        ("", 2, "```suggestion:-0+2\n```"),
        ("x", 101, ""),
        ("a\u202eb", 0, ""),
        ("::error::x", 0, ""),
    ],
)
def test_a_suggestion_is_exact_or_there_is_none(replacement: str, below: int, block: str) -> None:
    assert suggestion_block(replacement, below) == block


@given(some.builds(ThreadMarker, action=some.text(), key=some.text(), problem=some.text()))
def test_a_marker_is_found_again_and_cannot_be_ended(marker: ThreadMarker) -> None:
    text = marker.text()
    assert thread_marker_of(f"text\n\n{text}\n") == marker
    assert text.count("-->") == 1
    assert "\n" not in text


@pytest.mark.parametrize("body", ["", "<!-- schema-action:thread:v1 !!! -->", "<!-- schema-action:thread:v1 AAAA -->"])
def test_a_broken_marker_is_none(body: str) -> None:
    assert thread_marker_of(body) is None


@given(some.text(max_size=80))
def test_nothing_from_outside_is_markup_or_a_quick_action(text: str) -> None:
    for body in (thread_text(_problem(text, title=text), MARKER), companion_text(_problem(text), MARKER, "")):
        assert thread_marker_of(body) == MARKER
        fence = ""
        for line in body.split("\n"):
            if fence or line.startswith("```"):
                fence = "" if line == fence else fence or line.rstrip("tex")
                continue
            assert not line.startswith("/")
            assert "<" not in line.replace("<!-- schema-action:thread:v1", "")
            assert "\x1b" not in line
        assert not fence
