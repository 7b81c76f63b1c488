-- Schemas of the user's, public included.
select n.oid::int8, n.nspname
from pg_catalog.pg_namespace n
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e'
  )
  /*scope n.oid*/
order by n.nspname
