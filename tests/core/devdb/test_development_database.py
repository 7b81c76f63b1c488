"""Development databases on real servers: embedded ones and, as somebody else's, the embedded one of the tests."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest

from schema_core.devdb.development_database import SCRATCH_PREFIX, DevelopmentDatabase, development_database
from schema_core.dialects.postgres.databases import drop_database
from schema_core.dialects.postgres.server import Server
from schema_core.dialects.postgres.urls import with_database
from schema_core.dialects.protocol import Session
from schema_core.schema.errors import UserError


def silent(text: str) -> None:
    raise AssertionError(text)


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def ask(url: str, query: str) -> list[object]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(query.encode()).fetchall()]


def value(session: Session, query: str) -> object:
    return session.connection.execute(query).fetchone()[0]  # type: ignore[attr-defined]


def tables(session: Session) -> object:
    return value(
        session,
        "select coalesce(array_agg(relname::text order by relname), '{}') from pg_class where relkind = 'r'"
        " and relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)",
    )


def create(database: DevelopmentDatabase, *statements: str) -> None:
    session = database.connect()
    try:
        for statement in statements:
            session.execute(statement)
    finally:
        session.close()


def scratch_databases(server: Server) -> list[object]:
    return ask(server.url, rf"select datname from pg_database where datname like '{SCRATCH_PREFIX}%'")


@pytest.fixture
def plain_role(postgres_server: Server, database: str) -> Iterator[str]:
    """The URL of the test's database for its owner, who may not create databases and has a password with a colon."""
    name = urlsplit(database).path[1:]
    role = f"owner_of_{name}"
    run(
        postgres_server.url,
        f"create role {role} login password 'a:b'",
        f"alter database {name} owner to {role}",
    )
    yield database.replace("postgres://postgres@", f"postgres://{role}:{quote('a:b')}@")
    run(database, f"reassign owned by {role} to postgres", f"drop owned by {role}")
    run(postgres_server.url, f"drop role {role}")


# Embedded


_OF_OTHER_SERVERS = {
    "PGHOST": "nowhere.invalid",
    "PGHOSTADDR": "192.0.2.1",
    "PGPORT": "5555",
    "PGUSER": "nobody",
    "PGDATABASE": "nothing",
    "PGSERVICE": "missing",
    "PGSSLMODE": "verify-full",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGCHANNELBINDING": "require",
    "PGTARGETSESSIONATTRS": "read-only",
    "PGOPTIONS": "-c search_path=elsewhere -c standard_conforming_strings=off",
    "PGDATESTYLE": "German, DMY",
    "PGTZ": "Asia/Tokyo",
    "PGCLIENTENCODING": "LATIN1",
}


def test_nothing_of_the_environment_reaches_an_embedded_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, given in _OF_OTHER_SERVERS.items():
        monkeypatch.setenv(name, given)

    with development_database("embedded://postgres", notify=silent) as dev:
        session = dev.connect()
        shown = [value(session, f"show {name}") for name in ("search_path", "standard_conforming_strings")]
        shown += [value(session, f"show {name}") for name in ("datestyle", "timezone", "client_encoding")]
        session.close()
        dev.keep_base()
        with dev.copy_of_base():
            pass

    assert shown == ['"$user", public', "on", "ISO, MDY", "UTC", "UTF8"]
    assert os.environ["PGPORT"] == "5555"


def test_the_default_is_the_bundled_server_and_is_announced() -> None:
    notices: list[str] = []
    with development_database(None, notify=notices.append) as dev:
        assert dev.server.engine == "postgres"
        assert dev.server.major == 18
        assert dev.can_copy
        session = dev.connect()
        assert value(session, "select current_database()") == "dev"
        session.close()
    assert len(notices) == 1
    assert "PostgreSQL 18" in notices[0]


def test_the_target_decides_the_major(postgres_14_database: str) -> None:
    with development_database(None, target_url=postgres_14_database, notify=silent) as dev:
        assert dev.server.major == 14


def test_the_url_names_database_and_schema() -> None:
    with development_database("embedded://postgres/18/shop?search_path=sales", notify=silent) as dev:
        session = dev.connect()
        assert value(session, "select current_database() || ' ' || current_schema()") == "shop sales"
        session.close()


def test_base_and_copies_do_not_disturb_each_other() -> None:
    with development_database("embedded://postgres", notify=silent) as dev:
        with dev.copy_of_base() as empty:
            assert tables(empty) == []
        create(dev, "create table base (id int)", "alter database dev set statement_timeout = '7s'")
        dev.keep_base()
        create(dev, "create table later (id int)")
        with dev.copy_of_base() as one, dev.copy_of_base() as other:
            one.execute("create table mine (id int)")
            assert tables(one) == ["base", "mine"]
            assert tables(other) == ["base"]
            assert value(other, "show statement_timeout") == "7s"
        session = dev.connect()
        assert tables(session) == ["base", "later"]
        assert value(session, "select count(*) from pg_database") == 5  # three of the server, ours and the base
        session.close()


def test_a_base_kept_again_replaces_the_first() -> None:
    with development_database("embedded://postgres", notify=silent) as dev:
        dev.keep_base()
        create(dev, "create table later (id int)")
        dev.keep_base()
        with dev.copy_of_base() as copy:
            assert tables(copy) == ["later"]


def test_thousands_of_tables_fit_into_one_transaction() -> None:
    with development_database("embedded://postgres", notify=silent) as dev:
        create(dev, ";".join(f"create table t{number} (id int primary key)" for number in range(4000)))


def test_two_runs_at_once_are_two_servers() -> None:
    with (
        development_database("embedded://postgres", notify=silent) as one,
        development_database("embedded://postgres", notify=silent) as other,
    ):
        create(one, "create table t (id int)", "create role somebody")
        create(other, "create table t (id int)", "create role somebody")


def test_it_works_in_a_thread() -> None:
    """Signal handlers exist in the main thread only."""
    seen: list[int] = []

    def work() -> None:
        with development_database("embedded://postgres", notify=silent) as dev:
            seen.append(dev.server.major)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [18]


# A server that is there


def test_a_scratch_copy_is_used_and_dropped(postgres_server: Server, database: str) -> None:
    run(database, "create extension citext", "alter database " + urlsplit(database).path[1:] + " set work_mem = '7MB'")
    with development_database(database, notify=silent) as dev:
        assert dev.can_copy
        create(dev, "create table t (id citext)", "create role made_by_migration")
        session = dev.connect()
        assert str(value(session, "select current_database()")).startswith(SCRATCH_PREFIX)
        assert value(session, "show work_mem") == "7MB"
        session.close()
        dev.keep_base()
        with dev.copy_of_base() as copy:
            assert tables(copy) == ["t"]
    assert scratch_databases(postgres_server) == []
    assert ask(postgres_server.url, "select rolname from pg_roles where rolname = 'made_by_migration'") == []
    assert ask(database, "select extname from pg_extension where extname = 'citext'") == ["citext"]


def test_sessions_left_open_do_not_keep_the_scratch_copy(postgres_server: Server, database: str) -> None:
    with development_database(database, notify=silent) as dev:
        session = dev.connect()
    assert scratch_databases(postgres_server) == []
    session.close()


def test_an_exception_cleans_up(postgres_server: Server, database: str) -> None:
    with pytest.raises(ZeroDivisionError), development_database(database, notify=silent) as dev:  # noqa: PT012
        create(dev, "create role made_by_migration")
        raise ZeroDivisionError
    assert scratch_databases(postgres_server) == []
    assert ask(postgres_server.url, "select rolname from pg_roles where rolname = 'made_by_migration'") == []


def test_roles_stay_while_another_run_is_active(postgres_server: Server, database: str) -> None:
    run(postgres_server.url, f"create database {SCRATCH_PREFIX}of_another_run")
    notices: list[str] = []
    try:
        with development_database(database, notify=notices.append) as dev:
            create(dev, "create role made_by_migration")
        assert len(notices) == 1
        assert 'role "made_by_migration"' in notices[0]
    finally:
        drop_database(postgres_server.url, f"{SCRATCH_PREFIX}of_another_run")
        run(postgres_server.url, "drop role made_by_migration")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("create table users (id int)", 'found table "users" in schema "public"'),
        ('create table "Ünï ""q" (id int)', 'found table "Ünï "q" in schema "public"'),
        ("create schema app", 'found schema "app"'),
        ("create view v as select 1", 'found view "v" in schema "public"'),
        ("create function f(int) returns int language sql as 'select 1'", "found function public.f(integer)"),
        ("create type mood as enum ('a')", 'found type "mood" in schema "public"'),
        ("create type pair as (a int, b int)", 'found type "pair" in schema "public"'),
        ("create table parted (id int) partition by hash (id)", 'found table "parted" in schema "public"'),
    ],
)
def test_a_database_that_is_not_empty_is_refused(
    postgres_server: Server, database: str, statement: str, found: str
) -> None:
    run(database, statement)
    with (
        pytest.raises(UserError, match=r"^connected database is not clean: ") as caught,
        development_database(database, notify=silent),
    ):
        pass
    assert found in str(caught.value)
    assert scratch_databases(postgres_server) == []


def test_a_database_without_an_encoding_works(postgres_server: Server) -> None:
    """What initdb makes where no locale is set, as in a slim container."""
    run(
        postgres_server.url,
        "create database plain encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'",
    )
    url = with_database(postgres_server.url, "plain")
    try:
        with development_database(url, notify=silent) as dev:
            create(dev, 'create table "Ünï" (id int)', "create role made_by_migration")
            dev.keep_base()
            with dev.copy_of_base() as copy:
                assert tables(copy) == ["Ünï"]
        run(url, 'create table "Ünï" (id int)')
        with pytest.raises(UserError, match='found table "Ünï"'):
            development_database(url, notify=silent).__enter__()
    finally:
        drop_database(postgres_server.url, "plain")


def test_all_that_was_found_is_counted(database: str) -> None:
    run(database, "create table a (id serial)", "create table b (id int generated always as identity)")
    with pytest.raises(UserError, match='table "a" in schema "public" and 1 more'):
        development_database(database, notify=silent).__enter__()


def test_schema_scope_looks_at_its_schema_only(database: str) -> None:
    run(database, "create table elsewhere (id int)", "create schema app")
    url = f"{database}&search_path=app"
    with development_database(url, notify=silent) as dev:
        create(dev, "create table mine (id int)")
        session = dev.connect()
        assert value(session, "select 'app.mine'::regclass::text") == "mine"
        session.close()
    run(database, "create table app.t (id int)")
    with pytest.raises(UserError, match='table "t" in schema "app"'):
        development_database(url, notify=silent).__enter__()


def test_a_role_that_may_not_create_databases_works_in_place(postgres_server: Server, plain_role: str) -> None:
    with development_database(plain_role, notify=silent) as dev:
        assert not dev.can_copy
        dev.keep_base()
        with pytest.raises(UserError, match="CREATEDB"):
            dev.copy_of_base().__enter__()
        create(
            dev,
            "drop schema public cascade",
            "create schema public",
            "create extension citext",
            'create schema "a ""b"',
            'create table "a ""b"."t ""x" (id serial primary key, c citext)',
            "create table parted (id int, name text) partition by list (id)",
            "create table part partition of parted for values in (1)",
            'create view v as select * from "a ""b"."t ""x"',
            "create materialized view m as select 1 as one",
            "create sequence s",
            "create type mood as enum ('a')",
            "create type pair as (a int, b mood)",
            "create domain positive as int check (value > 0)",
            "create function f(pair) returns int language sql as 'select 1'",
            "create procedure p() language sql as 'select 1'",
            "create aggregate total(int) (sfunc = int4pl, stype = int)",
            "create operator === (leftarg = int, rightarg = int, procedure = int4eq)",
            "create collation c (locale = 'C')",
            "create text search configuration tsc (copy = simple)",
            "create publication pub for table parted",
            "create statistics st on id, name from parted",
        )
    with development_database(plain_role, notify=silent):
        pass
    assert ask(plain_role, "select extname::text from pg_extension") == ["plpgsql"]
    assert ask(plain_role, "select pubname from pg_publication") == []


def test_a_dropped_public_schema_comes_back(plain_role: str) -> None:
    with development_database(plain_role, notify=silent) as dev:
        create(dev, "drop schema public")
    assert ask(plain_role, "select nspname::text from pg_namespace where nspname = 'public'") == ["public"]


def test_runs_in_place_wait_for_each_other(plain_role: str) -> None:
    order: list[str] = []
    entered = threading.Event()

    def second() -> None:
        entered.wait()
        with development_database(plain_role, notify=silent) as dev:
            order.append("second in")
            create(dev, "create table t (id int)")

    thread = threading.Thread(target=second)
    thread.start()
    with development_database(plain_role, notify=silent):
        entered.set()
        thread.join(0.5)
        order.append("first out")
    thread.join()
    assert order == ["first out", "second in"]


def test_somebody_else_in_the_database_means_working_in_place(postgres_server: Server, database: str) -> None:
    notices: list[str] = []
    with psycopg.connect(database), development_database(database, notify=notices.append) as dev:
        assert not dev.can_copy
        create(dev, "create table t (id int)")
    assert ask(database, "select relname from pg_class where relname = 't'") == []
    assert len(notices) == 1
    assert "accessed by other users" in notices[0]


def test_errors_of_the_url_are_the_users(postgres_server: Server, database: str) -> None:
    for url in (database.replace("/test_", "/absent_"), "postgres://127.0.0.1:1/x", "mysql://x", "nonsense"):
        with pytest.raises(UserError):
            development_database(url, notify=silent).__enter__()


# Signals

_RUN = """
import sys, time
from schema_core.devdb.development_database import development_database

with development_database(sys.argv[1], notify=print) as dev:
    session = dev.connect()
    session.execute("create table t (id int)")
    try:
        print("ready", flush=True)
        session.execute("select pg_sleep(600)")
    finally:
        if "again" in sys.argv:
            print("leaving", flush=True)
"""


@pytest.mark.parametrize("ending", [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, -2)])
@pytest.mark.parametrize("kind", ["embedded", "scratch", "in place"])
def test_a_signal_in_the_middle_of_a_statement_leaves_nothing(
    postgres_server: Server,
    database: str,
    request: pytest.FixtureRequest,
    kind: str,
    ending: tuple[signal.Signals, int],
) -> None:
    number, code = ending
    if kind == "embedded":
        url = "embedded://postgres"
    else:
        url = database if kind == "scratch" else str(request.getfixturevalue("plain_role"))
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    children = Path(f"/proc/{process.pid}/task").glob("*/children")
    servers = [int(pid) for path in children for pid in path.read_text().split()]
    assert bool(servers) == (kind == "embedded")
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == code
    assert not any(Path(f"/proc/{pid}").exists() for pid in servers)
    assert scratch_databases(postgres_server) == []
    assert ask(database, "select relname from pg_class where relname = 't'") == []


def test_a_second_signal_does_not_cut_off_the_clean_up(postgres_server: Server, database: str) -> None:
    arguments = [sys.executable, "-c", _RUN, database, "again"]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.stdout.readline() == "leaving\n"
    while process.poll() is None:
        process.send_signal(signal.SIGTERM)
    output = process.communicate()
    assert scratch_databases(postgres_server) == [], output
