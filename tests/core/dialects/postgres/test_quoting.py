"""Names and literals are written so that a server reads back exactly what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schema_core.dialects.postgres.quoting import literal, quote
from schema_core.dialects.postgres.server import Server

TEXT = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=40)
NAMES = st.one_of(TEXT, st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_$]{0,8}", fullmatch=True)).filter(bool)


@pytest.fixture(scope="module")
def connection(postgres_server: Server) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_server.url, autocommit=True) as connection:
        yield connection


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example('a"b')
@example("select")
@example("between")
@example("Upper")
@given(NAMES)
def test_a_name_comes_back(connection: psycopg.Connection[Any], name: str) -> None:
    cursor = connection.execute(f"select 1 as {quote(name)}".encode())
    assert cursor.description is not None
    # The server cuts names at 63 bytes.
    assert cursor.description[0].name == name.encode()[:63].decode(errors="ignore")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(NAMES)
def test_a_name_is_quoted_where_the_server_quotes_it(connection: psycopg.Connection[Any], name: str) -> None:
    (theirs,) = connection.execute("select quote_ident(%s)", [name]).fetchone() or ("",)
    # Ours spares the quotes of a name with a dollar sign, which the server reads as well, and keeps those of key words
    # of other majors.
    assert quote(name) == theirs or "$" in name or theirs == name


@pytest.mark.every_major
def test_every_key_word_can_be_a_name(each_major_database: str) -> None:
    with psycopg.connect(each_major_database, autocommit=True) as connection:
        words = [row[0] for row in connection.execute("select word from pg_get_keywords()")]
        columns = ", ".join(f"{quote(word)} int" for word in words)
        connection.execute(f"create table words ({columns})".encode())
        connection.execute(f"select {', '.join(quote(word) for word in words)} from words".encode())
        for word in words:
            connection.execute(f"create domain public.{quote(word)} as int; drop domain public.{quote(word)}".encode())


@pytest.mark.parametrize("conforming", ["on", "off"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example("it's \\ 'x' \\'")
@given(text=TEXT)
def test_a_literal_comes_back(connection: psycopg.Connection[Any], conforming: str, text: str) -> None:
    connection.execute(f"set standard_conforming_strings = {conforming}".encode())
    connection.execute("set escape_string_warning = off")
    assert connection.execute(f"select {literal(text)}".encode()).fetchone() == (text,)
    connection.execute("reset standard_conforming_strings")
