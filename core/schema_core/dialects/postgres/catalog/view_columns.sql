-- Columns of views and materialized views that have something of their own to say: a comment, a default, storage.
select a.attrelid::int8, a.attname, d.description,
  case when a.atthasdef then pg_catalog.pg_get_expr(f.adbin, f.adrelid) end,
  case when c.relkind = 'm' and a.attstorage <> t.typstorage then a.attstorage::text end,
  nullif(a.attcompression::text, ''), nullif(a.attstattarget, -1), a.attoptions
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_description d
  on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = a.attrelid and d.objsubid = a.attnum
left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum and a.atthasdef
where c.relkind in ('v', 'm') and c.relpersistence <> 't' and a.attnum > 0 and not a.attisdropped
  and c.relnamespace not in (
    select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^pg_' or n.nspname = 'information_schema'
  )
  and (
    d.description is not null or a.atthasdef or c.relkind = 'm' and (
      a.attstorage <> t.typstorage or a.attcompression <> '' or a.attstattarget <> -1 or a.attoptions is not null
    )
  )
  /*scope a.attrelid*/
order by a.attrelid, a.attnum
