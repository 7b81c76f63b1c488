-- Relations that views and materialized views read.
select distinct r.ev_class::int8, n.nspname, c.relname, c.relkind::text
from pg_catalog.pg_depend d
join pg_catalog.pg_rewrite r on r.oid = d.objid
join pg_catalog.pg_class c on c.oid = d.refobjid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
  and c.relkind in ('r', 'p', 'v', 'm') and d.refobjid <> r.ev_class and r.oid >= 16384
  /*scope r.ev_class*/
order by 1, 2, 3
