-- from 18
create table public.g (a int, b int generated always as (a * 2) virtual, c int generated always as (a + 1));
create table public.part (a int, b int generated always as (a + 1) virtual) partition by list (a);
create table public.part_1 partition of public.part for values in (1);
create table public.part_2 partition of public.part (b generated always as (a + 2) virtual) for values in (2);
create table public.child () inherits (public.g);
create table public.other (b int generated always as (a * 3) virtual) inherits (public.g);
