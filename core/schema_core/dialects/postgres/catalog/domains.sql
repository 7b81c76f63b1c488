-- Domains.
select t.oid::int8, n.nspname, t.typname, pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typnotnull,
  pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::regclass),
  case when t.typcollation <> b.typcollation then t.typcollation::int8 end, t.typbasetype::int8
from pg_catalog.pg_type t
join pg_catalog.pg_type b on b.oid = t.typbasetype
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where t.typtype = 'd' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'
  )
  /*scope t.oid*/
order by t.oid
