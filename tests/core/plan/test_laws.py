"""The law of plans: for any two schemas the plan leads from the one to the other, a second plan is empty, and the
reverse leads back, or says that it cannot. Rows of what both schemas have survive.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from plan_pairs import Pair
from plan_schemas import schemas

from schema_core.dialects.postgres.databases import create_database, drop_database
from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.protocol import Session

_EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


@pytest.fixture(scope="module")
def sessions(postgres_of_major) -> Iterator[tuple[Session, Session]]:
    server = postgres_of_major(18)
    urls = [create_database(server.url, name) for name in ("law_before", "law_after")]
    opened = [DIALECT.connect(url) for url in urls]
    yield opened[0], opened[1]
    for session in opened:
        session.close()
    for name in ("law_before", "law_after"):
        drop_database(server.url, name)


# Making a failure smaller takes minutes, each example being six inspections; ask hypothesis for it when there is one.
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(before=schemas(), after=schemas(), gently=st.booleans())
def test_a_plan_leads_from_any_schema_to_any_other(
    before: str, after: str, gently: bool, sessions: tuple[Session, Session]
) -> None:
    for session, text in zip(sessions, (before, after), strict=True):
        session.execute_script(_EMPTY)
        session.execute_script(text)
    pair = Pair(*sessions, gently=gently)
    try:
        pair.check()
    except Exception as error:
        error.add_note("\n".join(pair.texts()))
        raise
