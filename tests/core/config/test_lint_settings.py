from __future__ import annotations

from typing import Any

import pytest

from schema_core.config.lint_settings import LintSettings, parse_fail_on, parse_severities
from schema_core.schema.errors import UserError


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({}, "--latest N .* or --git-base REF"),
        ({"latest": 1, "git_base": "main"}, "exclude each other"),
        ({"latest": 0}, "a number from 1, not 0"),
        ({"latest": -1}, "a number from 1, not -1"),
    ],
)
def test_which_files_are_new_must_be_said_once(flags: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        LintSettings(directory="x", **flags)


def test_an_empty_reference_is_a_reference() -> None:
    assert LintSettings(directory="x", git_base="").git_base == ""


@pytest.mark.parametrize(
    "value", ["DS103", "DS103=", "=error", "ds103=error", "DS103=fatal", "DS103=error=off", "", "\x1b"]
)
def test_a_severity_that_is_none_is_quoted(value: str) -> None:
    with pytest.raises(UserError, match="CODE=error"):
        parse_severities([value])


def test_the_last_severity_of_a_code_counts() -> None:
    assert parse_severities(["DS103=off", "MF101=notice", "DS103=error"]) == {"DS103": "error", "MF101": "notice"}
    assert parse_severities(["DS103=off"]) == {"DS103": None}


@pytest.mark.parametrize("value", ["", "Error", "off", "none"])
def test_a_failure_level_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(UserError, match="--fail-on takes error, warning, notice, never"):
        parse_fail_on(value)
