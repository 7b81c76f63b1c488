-- Sequences, and the column that each belongs to: 'i' made for an identity column, 'a' only dropped with it.
select s.seqrelid::int8, pg_catalog.format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
  s.seqcache, s.seqcycle, d.deptype::text, d.refobjid::int8, d.refobjsubid::int4, tn.nspname, tc.relname, a.attname,
  c.relname
from pg_catalog.pg_sequence s
join pg_catalog.pg_class c on c.oid = s.seqrelid
left join pg_catalog.pg_depend d
  on d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.seqrelid and d.objsubid = 0
  and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype in ('a', 'i')
left join pg_catalog.pg_class tc on tc.oid = d.refobjid
left join pg_catalog.pg_namespace tn on tn.oid = tc.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where true /*scope coalesce(d.refobjid, 0)|s.seqrelid*/
