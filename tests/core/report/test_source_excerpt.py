from __future__ import annotations

import pytest

from schema_core.report.source_excerpt import excerpt
from schema_core.schema.results import StatementReport
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText
from schema_core.text import redact


@pytest.fixture(autouse=True)
def forgotten_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_patterns", {})


def shown(text: str, place: str) -> tuple[str, str] | None:
    source = SourceText("1.sql", text.encode())
    statement = Statement(text=text, span=source.span(0, len(source.data)))
    found = excerpt(
        [StatementReport(statement=statement, observation=None)], source.position(source.data.index(place.encode()))
    )
    return None if found is None else (found.before, found.after)


def test_the_line_is_parted_at_the_place() -> None:
    assert shown("SELECT 1,\n  2 + nix,\n 3", "nix") == ("  2 + ", "nix,")
    assert shown("  SELECT 1", "1") == ("SELECT ", "1")


def test_a_secret_across_the_place_is_removed() -> None:
    redact.remember_secret("correct-horse")

    assert shown("SELECT 'correct-horse', 2", "horse") == ("SELECT '", "***', 2")
    assert shown("SELECT 'correct-horse', nix", "nix") == ("SELECT '***', ", "nix")


def test_a_password_is_known_by_the_line_above() -> None:
    before, after = shown("ALTER ROLE r PASSWORD\n 'hunter2' nix", "nix") or ("", "")

    assert "hunter2" not in before + after
    assert after == "nix"
