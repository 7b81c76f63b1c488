"""Durations of the command line."""

from __future__ import annotations

import pytest

from schema_core.config.durations import parse_duration
from schema_core.schema.errors import UserError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10s", 10), ("500ms", 0.5), ("1m30s", 90), ("1.5s", 1.5), ("0", 0), ("0s", 0), ("24h", 86400)],
)
def test_what_is_a_duration(text: str, seconds: float) -> None:
    assert parse_duration(text, "--lock-timeout") == seconds


@pytest.mark.parametrize("text", ["", "10", "s", "-1s", "1s 2", "1d", "1e3s", "٣s", "25h"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(UserError, match=r"^--lock-timeout takes "):
        parse_duration(text, "--lock-timeout")
