create type public.mood as enum ('sad', 'ok', 'it''s', E'back\\slash', 'ünïcode', '');
create domain public.positive as int check (value > 0);
create domain public.small_positive as public.positive default 1 check (value < 100) not null;
create domain public.tags as text[] check (cardinality(value) < 10);
create domain public.moods as public.mood[];
create domain public.mood_d as public.mood default 'ok';
create domain public.collated as text collate "C" constraint "Odd ""name" check (value ~ '^\w+$');
create table public.types (
  a smallint, b integer, c bigint, d real, e double precision, f numeric, g numeric(10), h numeric(12, 3),
  j money, k boolean, l bytea,
  m char, n char(7), o varchar, p varchar(9), q text, r "char", s name, t bpchar,
  u bit, v bit(5), w varbit, x varbit(6),
  y date, z time, aa time(2), ab timetz, ac timetz(0), ad timestamp, ae timestamp(3), af timestamptz, ag timestamptz(3),
  ah interval, ai interval(3), aj interval day to second, ak interval day to second (2), al interval year,
  am interval year to month, an interval hour to minute, ao interval second(1), ap interval month,
  aq uuid, ar json, as_ jsonb, at_ xml, au inet, av cidr, aw macaddr, ax macaddr8,
  ay point, az line, ba lseg, bb box, bc path, bd polygon, be circle,
  bf tsvector, bg tsquery, bh int4range, bi int8range, bj numrange, bk tsrange, bl tstzrange, bm daterange,
  bn int4multirange, bo datemultirange, bp oid, bq regclass, br regtype, bs xid, bt xid8, bu tid, bv pg_lsn, bw cid,
  bx jsonpath, by_ txid_snapshot, bz pg_snapshot, ca oidvector, cb int2vector, cc regproc, cd regrole, ce regnamespace,
  da int[], db text[][], dc numeric(4, 1)[], dd varchar(3)[], de timestamptz(2)[], df interval day to second(2)[],
  dg bit(3)[], dh "char"[], di int4range[], dj public.mood[], dk public.positive[], dl bpchar[], dm bit[],
  ea public.mood default 'ok', eb public.positive, ec public.small_positive, ed public.tags, ee public.moods,
  ef public.mood_d, eg public.collated, eh public.mood default E'back\\slash', ei public.mood[] default array['sad', '']::public.mood[]
);
