-- What lives outside one schema and depends on something in it, and so would be dropped along with it. Members of
-- extensions stay, since an extension belongs to no schema. Parameter: the schema's name.
with inside (classid, objid) as (
    select 'pg_catalog.pg_class'::regclass, pg_class.oid from pg_catalog.pg_class
        where relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %(schema)s)
    union all select 'pg_catalog.pg_type'::regclass, pg_type.oid from pg_catalog.pg_type
        where typnamespace = (select oid from pg_catalog.pg_namespace where nspname = %(schema)s)
    union all select 'pg_catalog.pg_proc'::regclass, pg_proc.oid from pg_catalog.pg_proc
        where pronamespace = (select oid from pg_catalog.pg_namespace where nspname = %(schema)s)
),
owned (classid, objid) as (
    select classid, objid from inside
    where not exists (
        select from pg_catalog.pg_depend
        where pg_depend.classid = inside.classid and pg_depend.objid = inside.objid and pg_depend.deptype = 'e'
    )
),
dependent as (
    select distinct pg_depend.classid, pg_depend.objid, pg_depend.objsubid
    from pg_catalog.pg_depend join owned on pg_depend.refclassid = owned.classid and pg_depend.refobjid = owned.objid
    where pg_depend.deptype in ('n', 'a')
)
select distinct named.type, named.identity
from dependent
    left join pg_catalog.pg_rewrite as rewrite
        on dependent.classid = 'pg_catalog.pg_rewrite'::regclass and rewrite.oid = dependent.objid
    left join pg_catalog.pg_constraint as restriction
        on dependent.classid = 'pg_catalog.pg_constraint'::regclass and restriction.oid = dependent.objid
    left join pg_catalog.pg_attrdef as expression
        on dependent.classid = 'pg_catalog.pg_attrdef'::regclass and expression.oid = dependent.objid
    left join pg_catalog.pg_trigger as reaction
        on dependent.classid = 'pg_catalog.pg_trigger'::regclass and reaction.oid = dependent.objid
    left join pg_catalog.pg_policy as policy
        on dependent.classid = 'pg_catalog.pg_policy'::regclass and policy.oid = dependent.objid
    left join pg_catalog.pg_class as relation
        on relation.oid = coalesce(
            rewrite.ev_class, nullif(restriction.conrelid, 0), expression.adrelid, reaction.tgrelid, policy.polrelid,
            case when dependent.classid = 'pg_catalog.pg_class'::regclass then dependent.objid end
        )
    left join pg_catalog.pg_proc as routine
        on dependent.classid = 'pg_catalog.pg_proc'::regclass and routine.oid = dependent.objid
    left join pg_catalog.pg_type as type
        on type.oid = coalesce(
            nullif(restriction.contypid, 0),
            case when dependent.classid = 'pg_catalog.pg_type'::regclass then dependent.objid end
        )
    left join pg_catalog.pg_namespace as place
        on place.oid = coalesce(relation.relnamespace, routine.pronamespace, type.typnamespace)
    cross join lateral pg_catalog.pg_identify_object(
        case when rewrite.oid is null then dependent.classid else 'pg_catalog.pg_class'::regclass end,
        case when rewrite.oid is null then dependent.objid else rewrite.ev_class end,
        dependent.objsubid
    ) as named
where place.nspname <> %(schema)s and place.nspname <> 'pg_toast'
order by 1, 2
