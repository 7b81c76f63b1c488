"""Remembered secrets are state of the process: every test starts and ends without any."""

from __future__ import annotations

import pytest

from schema_core.text import redact


@pytest.fixture(autouse=True)
def forgotten_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_patterns", {})
