-- Names of the types that columns have.
select x.atttypid::int8, x.atttypmod, pg_catalog.format_type(x.atttypid, x.atttypmod)
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
