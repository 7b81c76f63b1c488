create table public.p (a int, b int, c int, d text, primary key (b, a) include (c) with (fillfactor = 80),
  unique (c, d), constraint defer_u unique (c) deferrable initially deferred, constraint defer_i unique (a) deferrable);
create table public.c (
  id int primary key, a int, b int, self int references public.c (id) on delete cascade,
  constraint full_match foreign key (b, a) references public.p match full on update cascade on delete set default,
  constraint deferred foreign key (a, b) references public.p (a, b) deferrable initially deferred,
  constraint def_imm foreign key (b, a) references public.p on delete restrict on update set null deferrable,
  constraint positive check (a > 0), constraint no_inherit_check check (b > 0) no inherit, check (true), check (a is not null or b is not null)
);
alter table public.c add constraint unproven check (a < 100) not valid;
alter table public.c add constraint unproven_fk foreign key (id) references public.c (id) not valid;
alter table public.c add constraint unproven_no_inherit check (a < 200) no inherit not valid;
create table public.x (a int, b int4range, c text, d text);
alter table public.x add constraint x1 exclude using gist (b with &&, int4range(a, a, '[]') with =) with (fillfactor = 70) where (a > 0);
alter table public.x add constraint x2 exclude using btree (c collate "C" text_pattern_ops with =, lower(d) with =) include (a) deferrable initially deferred;
alter table public.x add constraint x3 exclude (a with operator(pg_catalog.=));
alter table public.x add constraint x4 exclude using hash (a with =);
alter table public.x cluster on x3;
alter table public.p cluster on p_pkey;
create unique index taken on public.c (id, a);
alter table public.c add constraint from_index unique using index taken;
-- a cycle, and keys on keys that are not primary
create table public.one (id int primary key, two int);
create table public.two (id int primary key, one int references public.one);
alter table public.one add foreign key (two) references public.two;
-- a key by a unique index, not a constraint
create table public.ui (a int not null, b int not null);
create unique index ui_ix on public.ui (a) include (b);
create table public.ui_child (a int references public.ui (a));
alter table public.ui replica identity using index ui_ix;
create domain public.d as int constraint d1 check (value > 0) constraint d2 check (value < 10 or value is null);
alter domain public.d add constraint d3 check (value <> 5) not valid;
create table public.fulls (id int);
alter table public.fulls replica identity full;
create table public.nothings (id int);
alter table public.nothings replica identity nothing;
create table public.pk_identity (id int primary key);
alter table public.pk_identity replica identity using index pk_identity_pkey;
alter table public.fulls enable row level security;
alter table public.nothings force row level security;
