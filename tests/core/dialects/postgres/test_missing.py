"""What a server lacks is taken from the real server's own words."""

from collections.abc import Callable

import pytest

from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.postgres.missing import missing_piece
from schema_core.dialects.postgres.server import Server
from schema_core.dialects.protocol import ExecutionError


def refusal(url: str, statement: str) -> str | None:
    session = DIALECT.connect(url)
    try:
        with pytest.raises(ExecutionError) as caught:
            session.execute(statement)
        return caught.value.hint
    finally:
        session.close()


@pytest.mark.parametrize(
    ("extension", "elsewhere"),
    [
        ("pgcrypto", "embedded://postgres/17"),
        ("uuid-ossp", "docker://postgres/18/dev"),
        ("postgis", "docker+postgres://_/postgis/postgis:18-3.6/dev"),
        ("postgis_topology", "postgis/postgis"),
        ("timescaledb", "IMAGE:TAG"),
        ('we "ird', "IMAGE:TAG"),
    ],
)
def test_the_wheel_lacks_an_extension(database: str, extension: str, elsewhere: str) -> None:
    quoted = extension.replace('"', '""')
    hint = refusal(database, f'create extension "{quoted}"')
    assert hint is not None
    assert elsewhere in hint
    assert f'no extension "{extension}"' in hint


def test_the_downloaded_servers_lack_vectors(postgres_14_database: str) -> None:
    hint = refusal(postgres_14_database, "create extension vector")
    assert hint is not None
    assert "schema-action[postgres]" in hint
    assert "pgvector/pgvector:pg14" in hint


def test_what_the_downloaded_server_is_said_to_have_it_has(postgres_of_major: Callable[[int], Server]) -> None:
    from schema_core.dialects.postgres.missing import _DOWNLOADED

    session = DIALECT.connect(postgres_of_major(17).url)
    try:
        rows = session.connection.execute("select name from pg_available_extensions").fetchall()  # type: ignore[attr-defined]
    finally:
        session.close()
    assert {name for (name,) in rows} >= _DOWNLOADED - {"adminpack", "intagg"}  # those two ended before 17


def test_a_build_without_icu(database: str) -> None:
    hint = refusal(database, "create collation c (provider = icu, locale = 'de')")
    assert hint is not None
    assert "built without ICU collations" in hint


def test_a_library_that_is_not_there(database: str) -> None:
    statement = "create function f() returns int language c as '$libdir/postgis-3', 'f'"
    hint = refusal(database, statement)
    assert hint is not None
    assert 'no extension "postgis"' in hint


@pytest.mark.parametrize("statement", ["select 1 / 0", "create table t (", "select * from absent"])
def test_an_ordinary_error_lacks_nothing(database: str, statement: str) -> None:
    assert refusal(database, statement) is None


def test_the_words_of_older_servers() -> None:
    hint = missing_piece('could not open extension control file "/x/extension/pgcrypto.control": No such file', 15)
    assert hint is not None
    assert "docker://postgres/15/dev" in hint
