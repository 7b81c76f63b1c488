-- Everything that somebody made in this database, one row an object. Objects that go with another one (row types,
-- owned sequences, partitions, members of an extension) are left out. position orders the report of what was found;
-- it is null for what a database may hold and still count as empty.
with object (classid, objid, namespace, position) as (
    select 'pg_catalog.pg_namespace'::regclass, oid, oid, 1 from pg_catalog.pg_namespace
        where nspname not in ('public', 'information_schema') and nspname !~ '^pg_'
    union all select 'pg_catalog.pg_class'::regclass, oid, relnamespace,
            case when relkind in ('r', 'p') then 2 else 3 end
        from pg_catalog.pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all select 'pg_catalog.pg_proc'::regclass, oid, pronamespace, 4 from pg_catalog.pg_proc
    union all select 'pg_catalog.pg_type'::regclass, oid, typnamespace, 5 from pg_catalog.pg_type
        where typtype in ('b', 'd', 'e', 'r')
            or exists (select from pg_catalog.pg_class where pg_class.oid = typrelid and relkind = 'c')
    union all select 'pg_catalog.pg_collation'::regclass, oid, collnamespace, 6 from pg_catalog.pg_collation
    union all select 'pg_catalog.pg_conversion'::regclass, oid, connamespace, 6 from pg_catalog.pg_conversion
    union all select 'pg_catalog.pg_operator'::regclass, oid, oprnamespace, 6 from pg_catalog.pg_operator
    union all select 'pg_catalog.pg_opclass'::regclass, oid, opcnamespace, 6 from pg_catalog.pg_opclass
    union all select 'pg_catalog.pg_opfamily'::regclass, oid, opfnamespace, 6 from pg_catalog.pg_opfamily
    union all select 'pg_catalog.pg_statistic_ext'::regclass, oid, stxnamespace, 6 from pg_catalog.pg_statistic_ext
    union all select 'pg_catalog.pg_ts_config'::regclass, oid, cfgnamespace, 6 from pg_catalog.pg_ts_config
    union all select 'pg_catalog.pg_ts_dict'::regclass, oid, dictnamespace, 6 from pg_catalog.pg_ts_dict
    union all select 'pg_catalog.pg_ts_parser'::regclass, oid, prsnamespace, 6 from pg_catalog.pg_ts_parser
    union all select 'pg_catalog.pg_ts_template'::regclass, oid, tmplnamespace, 6 from pg_catalog.pg_ts_template
    union all select 'pg_catalog.pg_event_trigger'::regclass, oid, null, 7 from pg_catalog.pg_event_trigger
    union all select 'pg_catalog.pg_publication'::regclass, oid, null, null from pg_catalog.pg_publication
    union all select 'pg_catalog.pg_cast'::regclass, oid, null, null from pg_catalog.pg_cast
    union all select 'pg_catalog.pg_transform'::regclass, oid, null, null from pg_catalog.pg_transform
    union all select 'pg_catalog.pg_foreign_server'::regclass, oid, null, null from pg_catalog.pg_foreign_server
    union all select 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, null, null
        from pg_catalog.pg_foreign_data_wrapper
    union all select 'pg_catalog.pg_am'::regclass, oid, null, null from pg_catalog.pg_am
    union all select 'pg_catalog.pg_language'::regclass, oid, null, null from pg_catalog.pg_language
    union all select 'pg_catalog.pg_default_acl'::regclass, oid, null, null from pg_catalog.pg_default_acl
    union all select 'pg_catalog.pg_extension'::regclass, oid, null, null from pg_catalog.pg_extension
)
select object.classid::oid, object.objid, namespace.nspname, object.position, named.type, named.name, named.identity
from object
    left join pg_catalog.pg_namespace as namespace on namespace.oid = object.namespace
    cross join lateral pg_catalog.pg_identify_object(object.classid, object.objid, 0) as named
where object.objid >= 16384 -- the first number that is not the server's own
    and not exists (
        select from pg_catalog.pg_depend
        where pg_depend.classid = object.classid and pg_depend.objid = object.objid
            and pg_depend.objsubid = 0 -- the columns that a table is partitioned by belong to the table
            and pg_depend.deptype in ('a', 'e', 'i', 'x')
    )
order by object.position nulls last, named.identity
