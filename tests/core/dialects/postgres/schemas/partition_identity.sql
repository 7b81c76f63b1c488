-- from 17
create table public.p (id int generated always as identity, a int) partition by list (a);
create table public.p_1 partition of public.p for values in (1);
create table public.x (a int, b int, exclude using btree (a with =)) partition by list (a);
create table public.x_1 partition of public.x for values in (1);
