from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_core.text.redact import redact, remember_secret
from schema_core.text.truncate import counted_list, first_lines, one_line, shorten, within


@given(st.text(), st.integers(0, 60))
def test_what_is_left_out_is_counted(text: str, limit: int) -> None:
    text = redact(text)
    shown = shorten(text, limit)
    if shown == text:
        return
    match = re.search(r"… \((\d+) more characters\)\Z", shown)
    assert match is not None
    kept = shown[: match.start()]
    assert len(kept) <= limit
    assert text.startswith(kept)
    assert len(kept) + int(match[1]) == len(text)


@pytest.mark.parametrize(("text", "limit"), [("ae\u0301", 2), ("a👩\u200d🚀", 2), ("a👩\u200d🚀", 3), ("a❤\ufe0f", 2)])
def test_a_cut_never_parts_one_drawn_character(text: str, limit: int) -> None:
    assert shorten(text, limit).startswith("a…")


@given(st.text(), st.integers(1, 60))
def test_what_is_kept_within_a_limit_is_the_beginning(text: str, limit: int) -> None:
    shown = within(text, limit)
    assert len(shown) <= limit
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_one_line_of_many() -> None:
    assert one_line("\n SELECT\t1\r\n  FROM t;\n", 20) == "SELECT 1 FROM t;"
    assert one_line("SELECT 1 FROM t;", 10) == "SELECT 1 …"
    assert one_line("", 10) == ""


def test_first_lines() -> None:
    assert first_lines("a\nb\nc", 2) == "a\nb\n… (1 more lines)"
    assert first_lines("a\nb", 2) == "a\nb"


@given(st.integers(0, 40))
def test_a_cut_leaves_no_part_of_a_secret(limit: int) -> None:
    remember_secret("correct-horse-battery")
    text = "SELECT 'correct-horse-battery'\nFROM t"

    cuts = [cut(text, limit) for cut in (shorten, one_line, first_lines, within)]

    assert not any("correct" in text for text in [*cuts, counted_list([text], limit)])
