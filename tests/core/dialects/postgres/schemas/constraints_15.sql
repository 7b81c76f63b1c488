-- from 15
create table public.p (a int, b int, c int, unique nulls not distinct (a), unique nulls not distinct (b) include (c), unique (a, b));
create unique index nd on public.p (c) nulls not distinct where c > 0;
create table public.c (z int, y int, x int,
  foreign key (y, x) references public.p (a, b) on delete set null (x),
  constraint both_columns foreign key (y, x) references public.p (a, b) on delete set default (x, y));
alter table public.c drop column z;
