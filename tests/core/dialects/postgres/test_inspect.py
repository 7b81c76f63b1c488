"""What an inspection costs, and whole-database properties of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.postgres.inspect import inspect_all
from schema_core.dialects.postgres.quoting import quote
from schema_core.dialects.postgres.server import Server
from schema_core.dialects.protocol import Scope
from schema_core.schema.objects import Column, Schema, Table


def queries_of_an_inspection(url: str) -> int:
    """How many queries the client sends for one inspection, counted by libpq itself."""
    with psycopg.connect(url, autocommit=True) as connection, tempfile.TemporaryFile() as trace:
        connection.pgconn.trace(trace.fileno())
        inspect_all(connection, Scope())
        connection.pgconn.untrace()
        trace.seek(0)
        return sum(b"\tF\t" in line and b"\tParse\t" in line for line in trace.read().splitlines())


def test_the_number_of_queries_does_not_depend_on_the_number_of_tables(each_major_database: str) -> None:
    before = queries_of_an_inspection(each_major_database)
    with psycopg.connect(each_major_database, autocommit=True) as connection:
        for number in range(50):
            connection.execute(
                f"create table t{number} (id serial primary key, a text check (a <> ''), b int references t{number});"
                f"create index on t{number} (lower(a)); create view v{number} as select * from t{number};"
                f"comment on table t{number} is 'x'".encode()
            )
    assert queries_of_an_inspection(each_major_database) == before


def test_inspection_leaves_the_session_as_it_was(each_major_database: str) -> None:
    with psycopg.connect(each_major_database, autocommit=True) as connection:
        connection.execute("create schema s; set search_path = s, public; set default_transaction_read_only = off")
        inspect_all(connection, Scope())
        assert connection.execute("show search_path").fetchone() == ("s, public",)
        connection.execute("create table still_writable ()")


def test_a_database_without_schemas(each_major_database: str) -> None:
    session = DIALECT.connect(each_major_database)
    try:
        session.execute("drop schema public")
        assert len(session.inspect(Scope()).realm) == 0
    finally:
        session.close()


def test_a_url_that_names_a_schema_bounds_the_inspection(each_major_database: str) -> None:
    session = DIALECT.connect(each_major_database)
    session.execute('create schema "Odd one"; create table "Odd one".t (id int); create table public.other (id int)')
    session.close()
    session = DIALECT.connect(f"{each_major_database}&search_path=Odd%20one")
    try:
        realm = session.inspect(Scope()).realm
        assert [item.ref.name for item in realm.of(Schema)] == ["Odd one"]
        assert [item.ref.name for item in realm.of(Table)] == ["t"]
    finally:
        session.close()


def test_tables_of_extensions_are_theirs(each_major_database: str) -> None:
    session = DIALECT.connect(each_major_database)
    try:
        session.execute_script(
            "create extension hstore; create table member (id int primary key, code text unique);"
            "alter extension hstore add table member; create table own (code text references member (code))"
        )
        realm = session.inspect(Scope()).realm
        assert [item.ref.name for item in realm.of(Table)] == ["own"]
        assert [item.ref.label() for item in realm.of(Column)] == ["public.own.code"]
    finally:
        session.close()


_NAMES = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1, max_size=12)
_TYPES = st.sampled_from(
    ["int", "text", "numeric(7,3)", "varchar(5)[]", "timestamptz(2)", "interval day to second(1)", "bit varying(9)"]
)
_COLUMNS = st.lists(
    st.tuples(_NAMES, _TYPES, st.booleans(), st.none() | _NAMES), max_size=5, unique_by=lambda column: column[0]
)
_TABLES = st.dictionaries(_NAMES, st.tuples(_COLUMNS, st.none() | _NAMES), max_size=3)


@pytest.fixture(scope="module")
def databases(postgres_server: Server) -> Iterator[tuple[str, str]]:
    names = ("generated_one", "generated_other")
    yield (
        DIALECT.create_database(postgres_server.url, names[0]),
        DIALECT.create_database(postgres_server.url, names[1]),
    )
    for name in names:
        DIALECT.drop_database(postgres_server.url, name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(tables=_TABLES)
def test_any_table_comes_back(
    databases: tuple[str, str], tables: dict[str, tuple[list[tuple[str, str, bool, str | None]], str | None]]
) -> None:
    script = ["drop schema public cascade; create schema public"]
    for name, (columns, comment) in tables.items():
        lines = [f"{quote(column)} {kind} {'not null' if required else ''}" for column, kind, required, _ in columns]
        script.append(f"create table public.{quote(name)} ({', '.join(lines)})")
        if comment is not None:
            script.append(f"comment on table public.{quote(name)} is $comment${comment}$comment$")
        script += [
            f"comment on column public.{quote(name)}.{quote(column)} is $comment${text}$comment$"
            for column, _, _, text in columns
            if text is not None
        ]
    realms = []
    for url, statements in ((databases[0], script), (databases[1], [])):
        session = DIALECT.connect(url)
        session.execute("drop schema public cascade")
        session.execute("create schema public")
        session.execute_each(statements or DIALECT.render(realms[0]))
        realms.append(session.inspect(Scope()).realm)
        session.close()
    assert realms[0] == realms[1]
    assert {item.ref.name for item in realms[0].of(Table)} == set(tables)
