-- Names of the types that columns have, and the relation whose rows a type (or an array or domain of it) holds.
select x.atttypid::int8, x.atttypmod, pg_catalog.format_type(x.atttypid, x.atttypmod),
  n.nspname, c.relname, c.relkind::text
from (
  select distinct a.atttypid, a.atttypmod
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    and c.relnamespace not in (
      select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^pg_' or n.nspname = 'information_schema'
    )
    /*scope a.attrelid*/ /*scope c.oid*/
) x
join pg_catalog.pg_type t on t.oid = x.atttypid
left join pg_catalog.pg_type e on e.oid = case when t.typelem <> 0 then t.typelem else t.typbasetype end
left join pg_catalog.pg_class c
  on c.oid in (t.typrelid, e.typrelid) and c.oid <> 0 and c.relkind in ('r', 'p', 'v', 'm')
left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
