create table public.parent (a int not null, b text default 'x', c int, constraint positive check (a > 0), constraint only_here check (c > 0) no inherit);
create table public.child (d int) inherits (public.parent);
create table public.grandchild (a int default 5, e int) inherits (public.child);
create table public.other (z int, a int check (a < 10));
create table public.both (f int) inherits (public.parent, public.other);
alter table public.child alter column b drop default;
alter table public.child alter column c set default 3, alter column c set not null;
-- columns in another order than the parent's, joined later
create table public.adopted (c int, own int, b text, a int not null, constraint positive check (a > 0));
alter table public.adopted inherit public.parent;
create table public.adopted_mixed (g int) inherits (public.other);
alter table public.adopted_mixed add column b text, add column c int, add constraint positive check (a > 0), alter column a set not null;
alter table public.adopted_mixed inherit public.parent;
alter table public.parent add constraint later check (c < 100) not valid;
create index on public.child (a);
create table public.aaa_first () inherits (public.parent);
comment on column public.child.a is 'inherited';
alter table public.child alter column b set storage external, alter column a set statistics 5;
create table public.same (a int not null, b text default 'y', constraint positive check (a > 0)) inherits (public.parent);
