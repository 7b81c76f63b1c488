from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_core.dialects.postgres.session import connect
from schema_core.dialects.postgres.urls import apart, check, for_libpq, is_apart, schema_of, with_database
from schema_core.schema.errors import UserError


@pytest.mark.parametrize(
    ("url", "schema"),
    [
        ("postgres://u:p@h:5432/sh%20op?search_path=a%22b", 'a"b'),
        ("postgres://h/shop?search_path=a&search_path=b", "b"),
        ("postgres://h/shop?sslmode=disable&search%5Fpath=a+b", "a b"),
        ("postgres://h/shop?search_path=", None),
        ("postgres://u:search_path=x@h/shop", None),
        ("postgres://", None),
    ],
)
def test_the_schema_is_that_of_the_last_search_path(url: str, schema: str | None) -> None:
    assert schema_of(url) == schema


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("postgres://h/shop", "postgres://h/new"),
        ("postgres:///shop?host=/run/postgresql", "postgres:///new?host=/run/postgresql"),
        ("postgres://u@/shop?host=%2Frun", "postgres://u@/new?host=%2Frun"),
        ("postgres://u@h?dbname=a&dbname=b", "postgres://u@h/new"),
        ("postgres://[::1]:5432/shop", "postgres://[::1]:5432/new"),
        ("postgres://u:[x@h/shop#1", "postgres://u:[x@h/new"),
        ("postgres://", "postgres:///new"),
    ],
)
def test_another_database_takes_the_place_where_libpq_finds_it(url: str, other: str) -> None:
    assert with_database(url, "new") == other


def test_what_is_not_changed_stays_as_it_is() -> None:
    url = "postgres:///a?host=/run&password=x+y%2B&search_path=s&sslmode=disable"

    assert with_database(url, "b/c") == "postgres:///b%2Fc?host=/run&password=x+y%2B&search_path=s&sslmode=disable"
    assert for_libpq(url) == "postgres:///a?host=/run&password=x+y%2B&sslmode=disable"


def test_apart_from_the_environment_is_nothing_that_libpq_is_told() -> None:
    url = apart("postgres://h/a?sslmode=disable")

    assert is_apart(with_database(url, "b"))
    assert not is_apart("postgres://h/a?sslmode=disable")
    assert for_libpq(url) == "postgres://h/a?sslmode=disable"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_libpq_reads_the_database_that_was_put_in(name: str) -> None:
    url = with_database("postgres://u:p+%40@h:1/old?sslmode=disable", name)

    read = psycopg.conninfo.conninfo_to_dict(url)

    assert (read["dbname"], read["password"], read["user"], read["host"]) == (name, "p+@", "u", "h")


@pytest.mark.parametrize(
    "userinfo", ["u:headA@tailB", "u:headA/tailB", "u:a/tailB", "headA@tailB", "u:@tailB", "u:headA@@"]
)
def test_a_password_that_libpq_would_cut_is_refused_without_a_piece_of_it(userinfo: str) -> None:
    with pytest.raises(UserError, match="percent-encode") as refused:
        check(f"postgres://{userinfo}@h/x")

    if ":" in userinfo:
        assert "headA" not in str(refused.value)
        assert "tailB" not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    ["headA#tailB", "headA?tailB", "[headA]tailB", "head[A", "headA:tailB", "head'A\"$tailB", "headA%zz", "headA%00"],
)
def test_no_piece_of_an_odd_password_is_shown(password: str) -> None:
    with pytest.raises(UserError) as refused:
        connect(f"postgres://u:{password}@127.0.0.1:1/x")

    assert "head" not in str(refused.value)
    assert "tail" not in str(refused.value)


def test_a_url_without_a_host_reaches_a_socket(database: str) -> None:
    read = psycopg.conninfo.conninfo_to_dict(database)

    session = connect(f"postgres:///{read['dbname']}?host={read['host']}&user=postgres")

    assert session.server().engine == "postgres"
    session.close()
