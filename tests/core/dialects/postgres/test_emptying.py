"""Emptying one schema: what is elsewhere and would go along is named, on every major."""

from __future__ import annotations

import psycopg
import pytest

from schema_core.dialects.postgres.emptying import emptying
from schema_core.schema.errors import UserError

_APP = """
create schema app;
create type app.mood as enum ('good');
create domain app.positive as int check (value > 0);
create table app.users (id int primary key);
create table app.parted (id int) partition by list (id);
create function app.noop() returns trigger language plpgsql as 'begin return new; end';
create function app.one() returns int language sql immutable as 'select 1';
create sequence app.numbers;
"""


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for text in statements:
            connection.execute(text.encode())


@pytest.mark.every_major
@pytest.mark.parametrize(
    ("outside", "named"),
    [
        ("create view v as select id from app.users", "view public.v"),
        ("create materialized view v as select id from app.users", "materialized view public.v"),
        ("create table t (id int references app.users)", "table constraint t_id_fkey on public.t"),
        ("create table t (mood app.mood)", "table column public.t.mood"),
        ("create table t (n app.positive[])", "table column public.t.n"),
        ("create table t (n int default app.one())", "default value for public.t.n"),
        ("create table t (n int check (n > app.one()))", "table constraint t_n_check on public.t"),
        ("create table t (n int); create index on t ((n + app.one()))", "index public.t_expr_idx"),
        ("create table t partition of app.parted for values in (1)", "table public.t"),
        ("create table t () inherits (app.users)", "table public.t"),
        (
            "create table t (n int); create trigger g before insert on t for each row execute function app.noop()",
            "trigger g on public.t",
        ),
        ("create table t (n int); create policy p on t using (n = app.one())", "policy p on public.t"),
        ("create function f(app.mood) returns int language sql as 'select 1'", "function public.f(app.mood)"),
        ("create function f() returns setof app.users language sql as 'select 1'", "function public.f()"),
        ("create domain d as app.positive", "type public.d"),
        ("create type pair as (a app.mood)", "composite type column public.pair.a"),
        ("create table t (n bigint default nextval('app.numbers'))", "default value for public.t.n"),
    ],
)
def test_what_would_go_along_is_named(each_major_database: str, outside: str, named: str) -> None:
    run(each_major_database, _APP, outside)
    with pytest.raises(UserError) as refused:
        emptying(f"{each_major_database}&search_path=app")
    assert str(refused.value).startswith("Objects outside schema 'app' depend on it")
    assert named in str(refused.value)


@pytest.mark.every_major
def test_all_that_is_named_can_be_dropped(each_major_database: str) -> None:
    run(each_major_database, _APP, "create extension citext schema app", "create table public.t (name app.citext)")
    scoped = f"{each_major_database}&search_path=app"
    # An extension belongs to no schema, so what uses its members is not lost.
    run(each_major_database, *(statement.text for statement in emptying(scoped)))
    assert emptying(scoped) == ()
    run(each_major_database, "insert into t values ('x')")
    run(each_major_database, *(statement.text for statement in emptying(each_major_database)))
    assert emptying(each_major_database) == ()
