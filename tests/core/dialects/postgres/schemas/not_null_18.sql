-- from 18
create table public.n (
  a int not null, b int constraint named not null, c int not null no inherit, d int constraint "Odd name" not null no inherit,
  e int, f int, g int primary key, h int
);
alter table public.n add constraint later not null e not valid;
alter table public.n add not null f not valid;
alter table public.n add constraint usual not null h no inherit not valid;
create table public.child () inherits (public.n);
create table public.child_own (a int constraint own_name not null) inherits (public.n);
alter table public.child_own alter column c set not null;
create table public.plain_parent (a int, b int);
create table public.stricter (b int not null) inherits (public.plain_parent);
alter table public.stricter alter column a set not null;
create table public.named_stricter (constraint cc not null a) inherits (public.plain_parent);
create table public.part (a int not null, b int constraint part_named not null, c int) partition by list (a);
create table public.part_1 partition of public.part for values in (1);
create table public.part_2 (c int constraint own_c not null, b int constraint own_b not null, a int constraint own_a not null);
alter table public.part attach partition public.part_2 for values in (2);
create table public.part_3 partition of public.part (c not null) for values in (3);
alter table public.n rename to renamed;
comment on constraint named on public.renamed is 'a comment on a not-null constraint';
