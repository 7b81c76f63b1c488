"""States from SQL on a real server, and plans between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from plan_pairs import Pair

from schema_core.dialects.postgres.databases import create_database, drop_database
from schema_core.dialects.postgres.dialect import DIALECT

Planner = Callable[..., Pair]


@pytest.fixture
def pair(each_major_database: str) -> Iterator[Planner]:
    """A function that loads two SQL texts and plans from the one to the other."""
    other_url = create_database(each_major_database, "plan_target")
    sessions = [DIALECT.connect(each_major_database), DIALECT.connect(other_url)]

    def give(before: str, after: str, *, gently: bool = False) -> Pair:
        for session, text in zip(sessions, (before, after), strict=True):
            session.execute_script(text)
        return Pair(*sessions, gently=gently)

    yield give
    for session in sessions:
        session.close()
    drop_database(each_major_database, "plan_target")
