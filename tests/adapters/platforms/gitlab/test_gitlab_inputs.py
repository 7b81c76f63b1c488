"""Inputs as GitLab jobs give them: ours, those of the incumbent's component, and arrays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from schema_ci.platforms.gitlab_inputs import given, go_unquoted


def _given(name: str, **environment: str) -> tuple[str | None, int]:
    told: list[None] = []
    value = given(environment, name, lambda: told.append(None))
    return value, len(told)


def test_our_variables_come_first() -> None:
    assert _given("fail-on", SCHEMA_ACTION_FAIL_ON="warning", ATLAS_INPUT_FAIL_ON="never") == ("warning", 0)
    assert _given("fail-on", SCHEMA_ACTION_FAIL_ON="", ATLAS_INPUT_FAIL_ON='"never"') == ("never", 1)
    assert _given("action", ATLAS_ACTION="migrate/lint") == ("migrate/lint", 1)
    assert _given("fail-on", SCHEMA_ACTION_FAIL_ON=" ") == (None, 0)


def test_a_variable_that_nobody_set_is_not_given() -> None:
    for value in ("$DEV_URL", "${DEV_URL}"):
        assert _given("dev-url", SCHEMA_ACTION_DEV_URL=value) == (None, 0)
    assert _given("label", SCHEMA_ACTION_LABEL="$5 a month") == ("$5 a month", 0)


def test_the_token_is_read_from_the_variable_that_is_named() -> None:
    assert _given("token", GITLAB_TOKEN="a") == ("a", 0)
    assert _given("token", GITLAB_TOKEN="a", BOT="b", SCHEMA_ACTION_TOKEN_VARIABLE="BOT") == ("b", 0)
    assert _given("token", GITLAB_TOKEN="a", SCHEMA_ACTION_TOKEN="c") == ("c", 0)
    assert _given("token", CI_JOB_TOKEN="job") == (None, 0)


def test_an_array_is_one_value_a_line() -> None:
    assert _given("severity", SCHEMA_ACTION_SEVERITY='["DS103=warning","PG301=off"]') == ("DS103=warning\nPG301=off", 0)
    assert _given("severity", SCHEMA_ACTION_SEVERITY="[]") == ("", 0)
    for text in ("[not json", '["a", 1]'):
        assert _given("label", SCHEMA_ACTION_LABEL=text) == (text, 0)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plain", "plain"),
        ('"file://migrations"', "file://migrations"),
        (r'"a\tb\n\"c\" \\ \x41 \u00e9 \U0001F600 \101"', 'a\tb\n"c" \\ A é 😀 A'),
        (r'"\xc3\xa9"', "é"),
        ("`raw \\n`", "raw \\n"),
        ('"', '"'),
        ('"a" or "b"', '"a" or "b"'),
        (r'"bad \q"', r'"bad \q"'),
        ('"ends with \\"', '"ends with \\"'),
        ("`a`b`", "`a`b`"),
    ],
)
def test_go_quotes_are_taken_away(written: str, meant: str) -> None:
    assert go_unquoted(written) == meant


@for_all(some.text(some.characters(exclude_categories=["Cs"])))
def test_json_strings_are_go_strings(text: str) -> None:
    """All that JSON escapes without surrogate pairs or slashes means the same in Go."""
    assert go_unquoted(json.dumps(text, ensure_ascii=False)) == text
