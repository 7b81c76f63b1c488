-- Tables, views, materialized views and sequences, partitions included.
select c.oid::int8, n.nspname, c.relname, c.relkind::text, c.relpersistence::text, c.reloptions,
  case when c.relkind in ('r', 'm') and a.amname <> 'heap' then a.amname end,
  t.spcname,
  case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end,
  case when c.relispartition then pg_catalog.pg_get_expr(c.relpartbound, c.oid) end,
  case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end,
  c.relispopulated, c.relrowsecurity, c.relforcerowsecurity, c.relreplident::text, c.reloftype <> 0,
  toast.reloptions,
  case when c.relkind = 'v' then (
    select pg_catalog.array_agg(
      a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) || ' ' || a.attcollation order by a.attnum
    )
    from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0
  ) end
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_am a on a.oid = c.relam
left join pg_catalog.pg_tablespace t on t.oid = c.reltablespace
left join pg_catalog.pg_class toast on toast.oid = c.reltoastrelid and toast.reloptions is not null
where c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relpersistence <> 't'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
  )
  /*scope c.oid*/
order by n.nspname, c.relname
