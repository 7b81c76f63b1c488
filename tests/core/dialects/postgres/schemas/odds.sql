-- Things that were met in real databases and fit nowhere else.
create schema "Mixed";
create table public."T.1" (id int primary key, "a.b" text);
create table "Mixed"."T.1" (id int references public."T.1");
create view "Mixed".v as select t."a.b" from public."T.1" t;
create type public.e as enum ('a', 'b', 'c');
create table public.checks (a int, b public.e, check (b in ('a', 'b')), check ((b)::text ~ '^[a-c]\)$'), check ((a > 1) or (a < 0)),
  check ((a > 1) and (b = 'a')), constraint "it's" check (a <> all (array[1, 2])));
create index on public.checks ((b = 'a' or a > 1)) where (a > 1) and (b <> 'c');
create unique index on public.checks ((true)) where a is null;
create table public.self (id int primary key, up int default 1 references public.self on delete set default deferrable);
create view public.updatable as select id, up from public.self with check option;
create view public.uses_enum as select 'a'::public.e as e, b::text from public.checks where b > 'a';
create view public.select_into_names as select id as "select", up as "order" from public.self order by 1, 2 desc nulls first limit 3;
create domain public.d1 as numeric(5, 2)[] default '{1.5}' not null;
create domain public.d2 as public.d1 check (value[1] > 0);
create domain public.d3 as varchar(3) collate "POSIX";
create table public.domains (a public.d1, b public.d2[], c public.d3 collate "C", d text collate "default");
alter table public.self alter column up set (n_distinct = 5);
create table public.late_bound (a int);
create sequence public.late_bound_a_seq;
alter table public.late_bound alter a set default nextval('public.late_bound_a_seq'::text);
create table public.wide (a int default 1, b int default 2) with (autovacuum_vacuum_insert_scale_factor = 0.1);
alter table public.wide add constraint wide_check check (a > b) not valid;
alter table public.wide add primary key (b, a);
alter table public.wide cluster on wide_pkey;
alter table public.wide replica identity using index wide_pkey;
