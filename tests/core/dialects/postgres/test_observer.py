"""What the observer keeps between statements is what a fresh inspection finds, whatever a statement does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema_core.dialects.protocol import Effects, ExecutionError, Observer, Scope, Session
from schema_core.dialects.registry import dialect_named
from schema_core.sqltext.source import SourceText

BASE = """
create schema app;
create table users (id bigint primary key, email text, age int check (age > 0));
create table orders (id bigint primary key, user_id bigint references users);
create view adults as select * from users where age > 18;
"""


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    session = dialect_named("postgres").connect(database)
    session.execute_script(BASE)
    yield session
    session.close()


def observe(observer: Observer, *texts: str) -> list[Effects]:
    dialect = dialect_named("postgres")
    return [
        observer.observe(statement)
        for text in texts
        for statement in dialect.split(SourceText("new.sql", text.encode()))
    ]


def assert_up_to_date(observer: Observer, session: Session) -> None:
    kept, fresh = observer.state(), session.inspect(Scope())
    assert dict(kept.realm) == dict(fresh.realm)
    assert dict(kept.identities) == dict(fresh.identities)


@pytest.mark.parametrize(
    "text",
    [
        "alter table users add column name text not null default 'x';",
        "alter table orders alter column user_id type int;",
        "alter table users drop column age cascade;",
        "alter table users rename to people;",
        "alter table users rename column email to mail;",
        "alter table users set schema app;",
        "alter schema app rename to application;",
        "drop table users cascade;",
        "drop schema app;",
        "create table app.items (id int primary key, parent int references app.items, u bigint references users);",
        "create type mood as enum ('a'); alter type mood add value 'b'; create table m (m mood);"
        "drop type mood cascade;",
        "create domain d as int check (value > 0); alter domain d drop constraint d_check; comment on domain d is 'x';",
        "create domain d as int check (value > 0); comment on constraint d_check on domain d is 'x';",
        "comment on index users_pkey is 'i'; comment on column adults.id is 'c'; comment on schema app is 's';"
        "create type mood as enum ('a'); comment on type mood is 't'; comment on extension plpgsql is 'e';",
        "create table u (id serial); comment on sequence u_id_seq is 's'; alter table u alter id drop default;",
        "alter table users alter email set statistics 7; alter view adults alter id set default 3;",
        "create extension citext; create table c (c citext); drop extension citext cascade;",
        "comment on constraint users_pkey on users is 'key'; comment on column users.id is 'id';"
        "comment on view adults is 'v';",
        "create index concurrently on users (email); reindex table concurrently users; vacuum users;",
        "create materialized view m as select * from adults; create index on m (id); refresh materialized view m;",
        "create or replace view adults as select *, 1 as one from users; drop view adults;",
        "create table p (id int, k int) partition by list (k); create table p1 partition of p for values in (1);"
        "create index on p (id); alter table p detach partition p1;"
        "alter table p attach partition p1 for values in (2);",
        "create sequence s owned by users.age; alter sequence s increment 5; drop table users cascade;",
        "alter table orders drop constraint orders_user_id_fkey; alter table users drop constraint users_pkey;",
        "do $$ begin create table made (id int); alter table users add made int; end $$;",
        "create temp table t as select * from users; drop table t;",
        "select 1; insert into users values (1); update users set age = 5; truncate users cascade;",
    ],
)
def test_the_kept_state_is_what_a_fresh_inspection_finds(text: str, session: Session) -> None:
    observer = session.observer()
    observe(observer, text)
    assert_up_to_date(observer, session)


@pytest.mark.parametrize(
    "text",
    ["deallocate all;", "do $$ begin execute 'deallocate all'; end $$;", "discard all;", "discard plans;"],
)
def test_a_statement_may_drop_prepared_statements(text: str, session: Session) -> None:
    observer = session.observer()
    observe(observer, "alter table users add column one int;", text, "alter table users add column two int;", text)
    [effects] = observe(observer, "create index on users (two);")
    assert [build.table.name for build in effects.index_builds] == ["users"]
    assert_up_to_date(observer, session)


def test_prepared_statements_of_a_migration_are_its_own(session: Session) -> None:
    observer = session.observer()
    observe(observer, "prepare mine (int) as select $1;", "execute mine (1);", "deallocate mine;")
    with pytest.raises(ExecutionError, match='prepared statement "mine" does not exist'):
        observe(observer, "execute mine (1);")


def test_after_a_refusal_the_state_is_as_before(session: Session) -> None:
    observer = session.observer()
    before = observer.state().realm
    for refused in ("alter table users add column email text;", "select * from absent;", "create table users ();"):
        with pytest.raises(ExecutionError):
            observe(observer, refused)
        assert observer.state().realm == before
    observe(observer, "alter table users add column fine int;")
    assert_up_to_date(observer, session)


def test_a_deferred_trigger_runs_with_its_own_search_path(session: Session) -> None:
    session.execute_script(
        "create table log (t text); create function note() returns trigger language plpgsql as "
        "$$ begin insert into log values ('x'); return null; end $$;"
        "create constraint trigger late after insert on users deferrable initially deferred for each row "
        "execute function note();"
    )
    observer = session.observer()
    observe(observer, "insert into users values (7);")
    session.execute("do $$ begin assert (select count(*) = 1 from public.log); end $$")


def test_only_the_statement_s_own_scans_are_counted(each_major_database: str) -> None:
    session = dialect_named("postgres").connect(each_major_database)
    try:
        session.execute_script(BASE)
        observer = session.observer()
        for _ in range(2):
            # As a new file is run before it is watched.
            with session.rollback_only():
                session.execute_each(["alter table users alter email set not null"])
            [verified, dropped] = observe(
                observer, "alter table users alter email set not null;", "alter table users alter email drop not null;"
            )
            assert [(scan.ref.name, scan.purpose) for scan in verified.scans] == [("users", "verify")]
            [counted] = [piece for piece in verified.scans[0].evidence if piece.source == "pg_stat_get_xact_numscans"]
            assert counted.detail == "public.users was scanned once"
            assert dropped.scans == ()
    finally:
        session.close()
