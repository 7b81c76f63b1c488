"""Statements that are sent at once, and which of them failed."""

from __future__ import annotations

import pytest

from schema_core.dialects.postgres.session import connect
from schema_core.dialects.protocol import BatchError

MADE = "CREATE TABLE t (a int) -- a comment at the end"


@pytest.mark.parametrize(
    ("statements", "index", "place"),
    [
        ([MADE, "INSERT INTO t VALUES (1);", "INSERT INTO missing VALUES (1);"], 2, "missing"),
        (["INSERT INTO missing VALUES (1)", MADE], 0, "missing"),
        # What is no SQL at all is refused before anything is run.
        ([MADE, "SELECT 'ü'", "SELCT 1"], 2, "SELCT"),
        ([MADE, "INSERT INTO t VALUES (1), (2)", "SELECT 1 / (a - 1) FROM t", MADE], 2, None),
        ([MADE, "SELECT 'ünder', missing FROM t"], 1, "missing"),
        ([MADE, "a\0b"], 1, "\0"),
    ],
)
def test_the_one_that_failed_is_known(database: str, statements: list[str], index: int, place: str | None) -> None:
    session = connect(database)
    with pytest.raises(BatchError) as caught, session.transaction():
        session.execute_at_once(statements)
    assert caught.value.index == index
    offset = statements[index].encode().index(place.encode()) if place is not None else None
    assert caught.value.offset == offset
    session.execute_at_once([MADE])
    session.close()


def test_all_are_run_and_whatever_they_return_is_left_alone(database: str) -> None:
    session = connect(database)
    with session.transaction():
        session.execute_at_once(
            [MADE, "INSERT INTO t SELECT generate_series(1, 3);", "SELECT * FROM t", "/* nothing */"]
        )
    assert session.connection.execute("select count(*) from t").fetchone() == (3,)
    session.close()
