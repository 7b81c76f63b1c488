-- Which relations and columns are used by objects that would feel their loss or change: views, defaults, indexes over
-- expressions, and what is not modelled. A default's use is its column's, a view's rule's the view's.
select distinct
  case when viewed.oid is not null or given.oid is not null then 'pg_catalog.pg_class'::regclass
    when published.oid is not null then 'pg_catalog.pg_publication'::regclass else d.classid end::int8,
  coalesce(viewed.ev_class, given.adrelid, published.prpubid, d.objid)::int8,
  coalesce(given.adnum, case when d.classid = 'pg_catalog.pg_class'::regclass then d.objsubid end, 0)::int4,
  n.nspname, c.relname, c.relkind::text, a.attname
from pg_catalog.pg_depend d
join pg_catalog.pg_class c on c.oid = d.refobjid and c.relkind in ('r', 'p', 'v', 'm', 'S')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
left join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid and d.refobjsubid > 0
left join pg_catalog.pg_rewrite viewed
  on d.classid = 'pg_catalog.pg_rewrite'::regclass and viewed.oid = d.objid and viewed.rulename = '_RETURN'
left join pg_catalog.pg_attrdef given on d.classid = 'pg_catalog.pg_attrdef'::regclass and given.oid = d.objid
left join pg_catalog.pg_publication_rel published
  on d.classid = 'pg_catalog.pg_publication_rel'::regclass and published.oid = d.objid
where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid >= 16384 and d.deptype in ('n', 'a')
  and (
    d.classid in (
      'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_policy'::regclass,
      'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_statistic_ext'::regclass,
      'pg_catalog.pg_publication_rel'::regclass
    )
    or d.classid = 'pg_catalog.pg_attrdef'::regclass
      and not (given.adrelid = d.refobjid and given.adnum = d.refobjsubid)
    -- A generated column's use of another, as PostgreSQL 14 records it.
    or d.classid = 'pg_catalog.pg_class'::regclass and d.objid = d.refobjid and d.objsubid > 0 and d.refobjsubid > 0
    or d.classid = 'pg_catalog.pg_class'::regclass and exists (
      select from pg_catalog.pg_index i
      where i.indexrelid = d.objid and (i.indexprs is not null or i.indpred is not null)
    )
  )
