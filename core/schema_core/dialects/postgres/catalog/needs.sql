-- What of the user's other kinds of objects need: types, functions, operators, collations and the like, and relations
-- that are no plain tables. A dependency of a rule is its view's, of a default its column's, of a domain's check the
-- domain's, of an attribute its composite type's.
with needed as (
  select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid
  from pg_catalog.pg_depend d
  where d.deptype in ('n', 'a') and d.refobjid >= 16384
    and d.refclassid in (
      'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass,
      'pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass, 'pg_catalog.pg_collation'::regclass,
      'pg_catalog.pg_ts_config'::regclass, 'pg_catalog.pg_ts_dict'::regclass, 'pg_catalog.pg_am'::regclass,
      'pg_catalog.pg_extension'::regclass
    )
  union all
  select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid
  from pg_catalog.pg_class c
  join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = c.oid
  where d.deptype in ('n', 'a') and (c.relkind = 'f' or c.reloftype <> 0)
)
select distinct
  case when rule.oid is not null or given.oid is not null then 'pg_catalog.pg_class'::regclass
    when checked.oid is not null or composite.oid is not null then 'pg_catalog.pg_type'::regclass
    else d.classid end::int8,
  coalesce(rule.ev_class, given.adrelid, checked.contypid, composite.reltype, d.objid)::int8,
  case when composite.oid is not null then 0 else coalesce(given.adnum, d.objsubid) end::int4,
  case when coalesce(held.typrelid, t.typrelid, 0) <> 0 and kind.relkind <> 'c' then 'pg_catalog.pg_class'::regclass
    else d.refclassid end::int8,
  case when coalesce(held.typrelid, t.typrelid, 0) <> 0 and kind.relkind <> 'c' then coalesce(held.typrelid, t.typrelid)
    else coalesce(ranged.rngtypid, held.oid, d.refobjid) end::int8
from needed d
left join pg_catalog.pg_rewrite rule on d.classid = 'pg_catalog.pg_rewrite'::regclass and rule.oid = d.objid
left join pg_catalog.pg_attrdef given on d.classid = 'pg_catalog.pg_attrdef'::regclass and given.oid = d.objid
left join pg_catalog.pg_constraint checked
  on d.classid = 'pg_catalog.pg_constraint'::regclass and checked.oid = d.objid and checked.contypid <> 0
left join pg_catalog.pg_class composite
  on d.classid = 'pg_catalog.pg_class'::regclass and composite.oid = d.objid and composite.relkind = 'c'
left join pg_catalog.pg_type t on d.refclassid = 'pg_catalog.pg_type'::regclass and t.oid = d.refobjid
left join pg_catalog.pg_type held on held.oid = t.typelem and held.typarray = t.oid
left join pg_catalog.pg_range ranged on ranged.rngmultitypid = coalesce(held.oid, t.oid)
left join pg_catalog.pg_class kind on kind.oid = coalesce(held.typrelid, t.typrelid)
