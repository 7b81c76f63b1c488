from __future__ import annotations

import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_core.text.html import html
from schema_core.text.terminal import INVISIBLE, Style, style_for, terminal, terminal_block

DANGEROUS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
hostile = st.lists(
    st.one_of(
        st.characters(),
        st.sampled_from("\x1b\x9b\u202e\u2066\u200b\u2028\r\n\t:#[] ;"),
        st.sampled_from(["::", "##[", "##vso[", "\n::"]),
    )
).map("".join)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@given(hostile)
def test_one_line_holds_nothing_that_acts(text: str) -> None:
    shown = terminal(text)

    assert not {unicodedata.category(character) for character in shown} & DANGEROUS
    assert not shown.lstrip().startswith("::")
    assert re.search(r"##[a-zA-Z.\-]*\[", shown) is None


@given(hostile)
def test_a_block_keeps_its_lines_and_nothing_else_that_acts(text: str) -> None:
    shown = terminal_block(text)

    assert not {unicodedata.category(character) for character in shown if character not in "\n\t"} & DANGEROUS
    assert not any(line.lstrip().startswith("::") for line in shown.split("\n"))
    assert re.search(r"##[a-zA-Z.\-]*\[", shown) is None


@given(hostile)
def test_html_holds_no_markup(text: str) -> None:
    assert not set(html(text)) & set("<>\"'")


def test_every_character_that_acts_is_in_the_class() -> None:
    pattern = re.compile(f"[{INVISIBLE}]")
    missing = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in DANGEROUS and pattern.match(chr(code)) is None
    ]

    assert missing == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("user\u202ecod", r"user\u202ecod"),
        ("\U000e0041", r"\U000e0041"),
        ("naïve — 表 🎉", "naïve — 表 🎉"),
        ("::error::x", r"\x3a:error::x"),
        ("a ::int", "a ::int"),
        ("a ##[group]b", r"a \x23#[group]b"),
    ],
)
def test_what_is_made_visible_can_be_read(text: str, shown: str) -> None:
    assert terminal(text) == shown


def test_windows_line_ends_are_plain_line_ends_in_a_block() -> None:
    assert terminal_block("a\r\nb\rc") == "a\nb\\rc"


def test_colours_only_when_enabled() -> None:
    assert Style(enabled=True).red("x") == "\x1b[31mx\x1b[0m"
    assert Style(enabled=False).bold(Style(enabled=False).red("x")) == "x"


@pytest.mark.parametrize(
    ("environment", "stream", "enabled"),
    [
        ({}, Terminal(), True),
        ({}, io.StringIO(), False),
        ({"TERM": "dumb"}, Terminal(), False),
        ({"NO_COLOR": "1"}, Terminal(), False),
        ({"NO_COLOR": ""}, Terminal(), True),
        ({"FORCE_COLOR": "1"}, io.StringIO(), True),
        ({"FORCE_COLOR": "0"}, io.StringIO(), False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, Terminal(), False),
    ],
)
def test_the_style_follows_the_stream_and_the_environment(
    environment: dict[str, str], stream: io.StringIO, enabled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert style_for(stream).enabled is enabled
