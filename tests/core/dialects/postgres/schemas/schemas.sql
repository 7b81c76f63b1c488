create schema a;
create schema b;
create table a.t (id int primary key);
create table b.t (id int primary key references a.t);
create table public.t (id int references b.t);
create view a.v as select x.id from a.t x join b.t y using (id) join public.t z using (id);
create type b.e as enum ('x');
create table a.u (e b.e default 'x', f int default 1);
comment on schema a is 'first';
