create sequence public.numbers increment 5 start 100;
create domain public.numbered as bigint default nextval('public.numbers');
create table public.d (
  a int default 1 + 2, b text default 'it''s', c text default E'a\\b\nc', d timestamptz default now(),
  e date default current_date, f text default null, g int default nextval('public.numbers'), h jsonb default '{"a": [1]}',
  i text default current_user, j uuid default gen_random_uuid(), k int[] default '{1,2}', l bytea default '\x00ff',
  m text default ')(', n boolean default ((1 > 2) or (3 < 4)), o interval default '1 day', p text default 'a; -- b /* c',
  q public.numbered, r varchar(5) default 'x'::varchar || 'y', s bit(3) default B'101', t double precision default 'NaN',
  u name default current_schema, v "char" default 'c', w int default '-1'::int, x regclass default 'pg_class'::regclass
);
