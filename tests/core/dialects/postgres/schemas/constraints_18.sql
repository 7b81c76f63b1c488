-- from 18
create extension btree_gist schema public;
create table public.p (id int, valid daterange, primary key (id, valid without overlaps));
create table public.c (id int, pid int, valid daterange, unique (pid, valid without overlaps),
  constraint fk foreign key (pid, period valid) references public.p (id, period valid));
create table public.e_parent (id int primary key);
create table public.e (a int check (a > 0) not enforced, b int references public.e_parent not enforced);
alter table public.e add constraint unproven check (a < 10) not valid;
create table public.e_child () inherits (public.e);
create table public.part (id int, ref int) partition by list (id);
create table public.part_1 partition of public.part for values in (1);
alter table public.part add constraint part_fk foreign key (ref) references public.e_parent not valid;
