"""A project on the fake GitLab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_gitlab import FakeGitLab, fake_gitlab
from gitlab_shop import ANN, BOT, Shop, make_shop

TOKENS = {"glpat-bot": BOT, "glpat-ann": ANN}


@pytest.fixture
def fake() -> Iterator[FakeGitLab]:
    """A fake with the tokens of our bot and of Ann, who maintains the project."""
    with fake_gitlab(tokens=dict(TOKENS)) as server:
        yield server


@pytest.fixture
def shop(tmp_path: Path, fake: FakeGitLab, database: str) -> Shop:
    """The clone of a job; see ``make_shop``."""
    return make_shop(tmp_path, fake, database)
