create table public.g (
  a int, b int generated always as (a * 2) stored, c text generated always as ('(' || a::text || ')') stored not null
);
create table public.part (a int, b int generated always as (a + 1) stored) partition by list (a);
create table public.part_1 partition of public.part for values in (1);
create table public.child () inherits (public.g);
