-- What a table can say, in all the ways in which SQLite lets it be said.
create table plain (id integer primary key, "two words" varchar( 10 ) not null default 'it''s', [odd] , `tick``s` decimal(10, 2) default -1.5);
CREATE TABLE IF NOT EXISTS counted(id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, at TEXT DEFAULT CURRENT_TIMESTAMP, n INT DEFAULT (1 + 2));
create table late_key (a text, b text collate nocase, c, primary key (a, b desc)) without rowid;
create table quirk (id integer primary key desc, a int);
create table alias (id integer, a int, primary key (id desc));
create table counted_late (id integer, a, primary key (id autoincrement));
create table "strict" (a int, b any, c blob not null on conflict replace) strict;
create table both (a text not null, primary key (a)) strict, without rowid;
create table made as select 1 as one, 'x' as two;
/* comments */ create table commented ( -- first
  a int, /* , b int */ b text -- the last
  , check (a > /* inside */ 0) -- end
);
create table no_type (a, b check (b <> ')'), c default "word");
create table keyed (a int, b int, c text collate rtrim unique on conflict ignore, unique (a, b collate binary desc) on conflict fail, constraint named unique (b), unique (b));
create table "select" ("from" int, "a""b" text, constraint "odd ""name""" check ("from" > 0));
create table no_commas (a int, b int, check (a > 0) check (b > 0) constraint third check (a < b));
create table ünïcode ("größe" int, "😀" text default '😀');
create table loose_type (a unsigned big int, b double precision (3, 4), c "quoted type");
create table generated (a int, b int generated always as (a * 2) stored, c as (a + b), d text as (upper('x')) virtual not null);
create table checks (a int constraint positive check (a > 0) check (a < 10), constraint positive check (a <> 5), check (a in (1, 2, (3))));
