-- Every operator class: its access method, the type it is for, whether it is that type's default, its name.
select o.oid::int8, o.opcmethod::int8, o.opcintype::int8, o.opcdefault,
  case when n.nspname = 'pg_catalog' then '' else pg_catalog.quote_ident(n.nspname) || '.' end
    || pg_catalog.quote_ident(o.opcname)
from pg_catalog.pg_opclass o
join pg_catalog.pg_namespace n on n.oid = o.opcnamespace
