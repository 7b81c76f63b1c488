create unlogged table public.u (id int primary key) with (fillfactor = 70, autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.05);
create table public.t (a text, b text, c text compression pglz, d bytea, e int)
  with (toast.autovacuum_enabled = false, toast_tuple_target = 1024, parallel_workers = 4, user_catalog_table = true, toast.autovacuum_vacuum_threshold = 100);
alter table public.t alter a set storage external, alter b set storage main, alter d set storage plain;
alter table public.t alter a set statistics 500, alter b set statistics 0, alter c set (n_distinct = -0.5, n_distinct_inherited = 100);
create table public.empty ();
create table public.dropped (a int, b int, c int);
alter table public.dropped drop column b;
alter table public.dropped add column d int;
create index on public.dropped (c, d);
create table public.vacuumed (a text) with (vacuum_index_cleanup = auto, vacuum_truncate = off, log_autovacuum_min_duration = 100);
create materialized view public.m with (fillfactor = 50, toast.autovacuum_enabled = false) as select a, b from public.t;
alter materialized view public.m alter column a set statistics 77;
alter materialized view public.m alter column b set storage external;
create view public.barrier with (security_barrier) as select a from public.t;
create view public.local_check as select e from public.t where e > 0 with local check option;
create view public.cascaded_check with (security_barrier = true) as select e from public.local_check where e > 1 with cascaded check option;
alter view public.local_check alter column e set default 5;
