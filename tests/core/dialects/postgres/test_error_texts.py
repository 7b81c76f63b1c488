from __future__ import annotations

import psycopg
import pytest

from schema_core.dialects.postgres.session import connect
from schema_core.dialects.postgres.split import split
from schema_core.dialects.protocol import ExecutionError, SplitError
from schema_core.sqltext.source import SourceText


def test_a_quote_that_is_never_closed_does_not_bring_the_rest_of_the_file_along() -> None:
    text = "SELECT 1;\nSELECT 'abc;\n" + "SELECT 2;\n" * 1000

    with pytest.raises(SplitError) as refused:
        list(split(SourceText("1.sql", text.encode())))

    assert len(str(refused.value)) < 200
    assert "never closed" in str(refused.value)


def test_a_token_that_the_server_repeats_is_shortened(database: str) -> None:
    session = connect(database)

    with pytest.raises(ExecutionError) as refused:
        session.execute("a" * 1_000_000)

    assert len(refused.value.message) < 1100
    assert refused.value.message.startswith('syntax error at or near "aaa')
    session.close()


def test_a_connection_that_ends_is_told_in_one_line(database: str) -> None:
    session = connect(database)
    pid = session.connection.info.backend_pid
    with psycopg.connect(database, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [pid])

    with pytest.raises(ExecutionError) as refused:
        session.execute("select 1")
    assert refused.value.lost
    with pytest.raises(ExecutionError) as refused:
        session.execute("select 1")
    assert "\n" not in refused.value.message
