create table public.p (id int generated always as identity, a int) partition by list (a);
create table public.p_1 partition of public.p for values in (1);
