"""Kinds that are not modelled are named, and so is what needs them; nothing fails for their sake."""

from __future__ import annotations

import pytest

from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.protocol import Inspection, Scope
from schema_core.dialects.scope import KINDS

BASE = "create table public.t (id int primary key, a text)"
FUNCTION = "create function public.f(int) returns int language sql immutable as 'select $1'"
COMPOSITE = "create type public.ct as (a int, b text)"
NAMED: list[tuple[str, list[str]]] = [
    (FUNCTION, ["function public.f(integer)"]),
    ("create procedure public.p(a int) language sql as 'select 1'", ["procedure public.p(IN a integer)"]),
    ("create aggregate public.g(int) (sfunc = int4pl, stype = int)", ["aggregate public.g(integer)"]),
    (
        "create function public.w() returns int language internal window as 'window_row_number'",
        ["window function public.w()"],
    ),
    (
        "create trigger g before update on public.t for each row execute function suppress_redundant_updates_trigger()",
        ["trigger public.t.g"],
    ),
    ("create policy p on public.t using (true)", ["policy public.t.p"]),
    ("create rule r as on insert to public.t do also (select 1; select 2)", ["rule public.t.r"]),
    (COMPOSITE, ["composite type public.ct"]),
    ("create type public.r as range (subtype = float8)", ["range type public.r"]),
    ("create type public.shell", ["shell type public.shell"]),
    (
        "create type public.b; create function public.b_in(cstring) returns public.b language internal immutable strict"
        " as 'int4in'; create function public.b_out(public.b) returns cstring language internal immutable strict"
        " as 'int4out'; create type public.b (input = public.b_in, output = public.b_out, like = int4)",
        ["base type public.b", "function public.b_in(cstring)", "function public.b_out(public.b)"],
    ),
    (
        f"{COMPOSITE}; create table public.typed of public.ct (primary key (a))",
        ["composite type public.ct", "typed table public.typed"],
    ),
    (
        "create foreign data wrapper w; create server s foreign data wrapper w;"
        " create foreign table public.ft (a int) server s; create user mapping for public server s",
        ["foreign table public.ft", "foreign-data wrapper w", "server s", "user mapping s(public)"],
    ),
    (
        "create operator public.=== (leftarg = int, rightarg = int, function = int4eq)",
        ["operator public.===(integer, integer)"],
    ),
    (
        "create operator class public.c for type int using btree as operator 3 =, function 1 btint4cmp(int, int)",
        ["operator class public.c", "operator family public.c"],
    ),
    ("create operator family public.fam using btree", ["operator family public.fam"]),
    (
        f"{COMPOSITE}; create cast (public.ct as text) with inout",
        ["cast public.ct as text", "composite type public.ct"],
    ),
    ('create collation public.col from "C"', ["collation public.col"]),
    ("create conversion public.cv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8", ["conversion public.cv"]),
    ("create text search configuration public.cfg (copy = english)", ["text search configuration public.cfg"]),
    ("create text search dictionary public.d (template = simple)", ["text search dictionary public.d"]),
    (
        "create text search parser public.p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,"
        " lextypes = prsd_lextype)",
        ["text search parser public.p"],
    ),
    ("create text search template public.tt (lexize = dsimple_lexize)", ["text search template public.tt"]),
    ("create statistics public.st on id, a from public.t", ["statistics public.st"]),
    ("create publication pub for table public.t", ["publication pub"]),
    (
        "create subscription sub connection '' publication p with (connect = false, slot_name = none)",
        ["subscription sub"],
    ),
    (
        "create function public.e() returns event_trigger language plpgsql as 'begin end';"
        " create event trigger et on ddl_command_end execute function public.e()",
        ["event trigger et", "function public.e()"],
    ),
    ("create access method am type table handler heap_tableam_handler", ["access method am"]),
    (
        "alter default privileges in schema public grant select on tables to public",
        ["default privileges public.{user}(r)"],
    ),
    ("grant select on public.t to public", ["privileges public.t"]),
    ("grant select (a) on public.t to public", ["privileges public.t"]),
    ("create schema s; grant usage on schema s to public", ["privileges s"]),
    ("grant create on schema public to pg_monitor", ["privileges public"]),
    (
        f"{FUNCTION}; revoke execute on function public.f(int) from public",
        ["function public.f(integer)", "privileges public.f(integer)"],
    ),
    ("create type public.e as enum ('x'); revoke usage on type public.e from public", ["privileges public.e"]),
    ("create temp table tt (id int); create function pg_temp.f() returns int language sql as 'select 1'", []),
    ("create extension hstore schema public; create extension postgres_fdw schema public", []),
]
NEEDS: list[tuple[str, dict[str, list[str]]]] = [
    (
        f"{FUNCTION}; create table public.n (a int default public.f(1), b int constraint c check (public.f(b) > 0),"
        " g int generated always as (public.f(a)) stored); create index i on public.n (public.f(a));"
        " alter table public.n add constraint x exclude using btree ((public.f(b)) with =);"
        " create index p on public.n (a) where public.f(a) > 1; create view public.v as select public.f(1);"
        " create materialized view public.m as select public.f(1) as x; create view public.w as select * from public.v;"
        " create domain public.d as int default public.f(2);"
        " create domain public.dd as int check (public.f(value) > 0);"
        " create table public.k (a int) partition by range (public.f(a))",
        {
            "public.f(integer)": [
                "public.d", "public.dd", "public.k", "public.m", "public.n.a", "public.n.c", "public.n.g", "public.n.i",
                "public.n.p", "public.n.x", "public.v",
            ]
        },
    ),
    (
        f"{COMPOSITE}; create table public.n (c public.ct, cs public.ct[]); create domain public.d as public.ct;"
        " create view public.w as select null::public.ct as x",
        {"public.ct": ["public.d", "public.n.c", "public.n.cs", "public.w"]},
    ),
    (
        "create type public.r as range (subtype = float8); create table public.n (r public.r, m public.r_multirange)",
        {"public.r": ["public.n.m", "public.n.r"]},
    ),
    (
        'create collation public.mine from "C"; create table public.n (a text collate public.mine, b text);'
        " create index i on public.n (b collate public.mine); create domain public.d as text collate public.mine",
        {"public.mine": ["public.d", "public.n.a", "public.n.i"]},
    ),
    (
        f"{COMPOSITE}; create table public.typed of public.ct (primary key (a)); create table public.n (a int,"
        " constraint fk foreign key (a) references public.typed, t public.typed);"
        " create view public.v as table public.typed",
        {"public.typed": ["public.n.fk", "public.n.t", "public.v"]},
    ),
    (
        "create foreign data wrapper w; create server s foreign data wrapper w;"
        " create foreign table public.ft (a int) server s; create table public.n (b int) inherits (public.ft)",
        {"public.ft": ["public.n"]},
    ),
    (
        f"{COMPOSITE}; create table public.typed of public.ct partition by list (a);"
        " create table public.n partition of public.typed for values in (1)",
        {"public.typed": ["public.n"]},
    ),
    (
        "create access method am type table handler heap_tableam_handler; create table public.n (a int) using am",
        {"am": ["public.n"]},
    ),
    (
        "create operator class public.c for type int using btree as operator 3 =, function 1 btint4cmp(int, int);"
        " create table public.n (a int); create index i on public.n (a public.c)",
        {"public.c": ["public.n.i"]},
    ),
    ("create extension citext schema public; create table public.n (a public.citext)", {}),
]  # fmt: skip


def inspect_after(url: str, *scripts: str, scope: Scope | None = None) -> Inspection:
    session = DIALECT.connect(url)
    try:
        for script in scripts:
            session.execute_script(script)
        return session.inspect(scope or Scope())
    finally:
        session.close()


@pytest.mark.every_major
@pytest.mark.parametrize(("script", "expected"), NAMED, ids=[script[:60] for script, _ in NAMED])
def test_a_kind_that_is_not_modelled_is_named(script: str, expected: list[str], each_major_database: str) -> None:
    inspection = inspect_after(each_major_database, BASE, script)
    # A subscription keeps its database from being dropped.
    inspect_after(each_major_database, "drop subscription if exists sub")
    assert {item.ref.kind.replace("-", " ") for item in inspection.unmodelled} <= KINDS
    found = [f"{item.ref.kind} {item.ref.label()}" for item in inspection.unmodelled]
    assert found == [text.replace("{user}", "postgres") for text in expected]


@pytest.mark.every_major
@pytest.mark.parametrize(("script", "expected"), NEEDS, ids=[script[:60] for script, _ in NEEDS])
def test_what_needs_it_is_named(script: str, expected: dict[str, list[str]], each_major_database: str) -> None:
    inspection = inspect_after(each_major_database, script)
    found = {item.ref.label(): sorted(ref.label() for ref in item.needed_by) for item in inspection.missing()}
    assert found == expected
