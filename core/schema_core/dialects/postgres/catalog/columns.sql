-- Columns of tables, and of materialized views for their indexes' sake. Types come as numbers: types.sql names each pair of type and modifier once.
select a.attrelid::int8, a.attnum, a.attname, a.atttypid::int8, a.atttypmod, a.attnotnull, a.attidentity::text,
  a.attgenerated::text, a.attcollation::int8, a.attcollation <> t.typcollation,
  case when a.atthasdef then pg_catalog.pg_get_expr(f.adbin, f.adrelid) end,
  a.attislocal, a.attinhcount > 0,
  case when a.attstorage <> t.typstorage then a.attstorage::text end,
  nullif(a.attcompression::text, ''), nullif(a.attstattarget, -1), a.attoptions
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum and a.atthasdef
where c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't' and a.attnum > 0 and not a.attisdropped
  and c.relnamespace not in (
    select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^pg_' or n.nspname = 'information_schema'
  )
  /*scope a.attrelid*/ /*scope c.oid*/
order by a.attrelid, a.attnum
