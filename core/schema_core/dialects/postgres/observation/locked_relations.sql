-- The same columns as relations.sql, for what this transaction has locked (temporary tables included) and its indexes.
with locked as (
  select distinct l.relation
  from pg_catalog.pg_locks l
  where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.relation >= 16384
)
select c.oid::int8, n.nspname, c.relname, c.relkind::text, c.relfilenode::int8, i.indrelid::int8,
  c.relpersistence = 't'
from (
  select relation from locked
  union
  select x.indexrelid from pg_catalog.pg_index x join locked on locked.relation = x.indrelid
) touched
join pg_catalog.pg_class c on c.oid = touched.relation
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_index i on i.indexrelid = c.oid
where n.nspname <> 'pg_toast' and n.nspname <> 'information_schema' and n.nspname <> 'pg_catalog'
