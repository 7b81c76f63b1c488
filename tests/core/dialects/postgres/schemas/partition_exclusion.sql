-- from 17
create table public.x (a int, b int, constraint apart exclude using btree (a with =)) partition by list (a);
create table public.x_1 partition of public.x for values in (1);
create table public.x_2 (b int, a int, exclude using btree (a with =));
alter table public.x attach partition public.x_2 for values in (2);
