-- What is stored where: one row a relation outside the system's schemas.
select c.oid::int8, n.nspname, c.relname, c.relkind::text, c.relfilenode::int8, i.indrelid::int8,
  c.relpersistence = 't'
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_index i on i.indexrelid = c.oid
where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
