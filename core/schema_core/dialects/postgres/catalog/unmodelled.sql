-- Everything of the user's whose kind is not modelled: kind, schema, parent, name, signature, and where it is catalogued.
with own as (
  select n.oid, n.nspname from pg_catalog.pg_namespace n where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
), member as (
  -- Of an extension, or made together with something else, as the functions and casts of a range type are.
  select d.classid, d.objid from pg_catalog.pg_depend d
  where d.deptype = 'e'
    or d.deptype = 'i' and d.classid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_cast'::regclass)
), usual_privileges as (
  select p.objoid, p.classoid, p.initprivs from pg_catalog.pg_init_privs p where p.objsubid = 0
)
select kind, schema, parent, name, signature, class::oid::int8, oid::int8
from (
  select 'pg_catalog.pg_proc'::regclass as class, p.oid,
    case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window function' else 'function' end as kind,
    n.nspname as schema, null::name as parent, p.proname::text as name, pg_catalog.pg_get_function_identity_arguments(p.oid) as signature
  from pg_catalog.pg_proc p join own n on n.oid = p.pronamespace
  union all
  select 'pg_catalog.pg_trigger'::regclass, t.oid, 'trigger', n.nspname, c.relname, t.tgname, null
  from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid join own n on n.oid = c.relnamespace
  where not t.tgisinternal and t.tgparentid = 0
  union all
  select 'pg_catalog.pg_policy'::regclass, p.oid, 'policy', n.nspname, c.relname, p.polname, null
  from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid join own n on n.oid = c.relnamespace
  union all
  select 'pg_catalog.pg_rewrite'::regclass, r.oid, 'rule', n.nspname, c.relname, r.rulename, null
  from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class join own n on n.oid = c.relnamespace
  where r.rulename <> '_RETURN'
  union all
  select 'pg_catalog.pg_type'::regclass, t.oid,
    case when not t.typisdefined then 'shell type' when t.typtype = 'c' then 'composite type' when t.typtype = 'r' then 'range type' else 'base type' end,
    n.nspname, null, t.typname, null
  from pg_catalog.pg_type t join own n on n.oid = t.typnamespace
  left join pg_catalog.pg_class c on c.oid = t.typrelid
  where (t.typtype in ('r', 'p') or (t.typtype = 'b' and t.typelem = 0) or (t.typtype = 'b' and t.typsubscript::oid <> 'pg_catalog.array_subscript_handler'::regproc) or c.relkind = 'c')
  union all
  select 'pg_catalog.pg_class'::regclass, c.oid, case when c.relkind = 'f' then 'foreign table' else 'typed table' end, n.nspname, null, c.relname, null
  from pg_catalog.pg_class c join own n on n.oid = c.relnamespace
  where c.relkind = 'f' or (c.relkind in ('r', 'p') and c.reloftype <> 0)
  union all
  select 'pg_catalog.pg_operator'::regclass, o.oid, 'operator', n.nspname, null, o.oprname, pg_catalog.format_type(o.oprleft, null) || ', ' || pg_catalog.format_type(o.oprright, null)
  from pg_catalog.pg_operator o join own n on n.oid = o.oprnamespace
  union all
  select 'pg_catalog.pg_opclass'::regclass, o.oid, 'operator class', n.nspname, null, o.opcname, null
  from pg_catalog.pg_opclass o join own n on n.oid = o.opcnamespace
  union all
  select 'pg_catalog.pg_opfamily'::regclass, o.oid, 'operator family', n.nspname, null, o.opfname, null
  from pg_catalog.pg_opfamily o join own n on n.oid = o.opfnamespace
  union all
  select 'pg_catalog.pg_cast'::regclass, c.oid, 'cast', null, null, pg_catalog.format_type(c.castsource, null) || ' as ' || pg_catalog.format_type(c.casttarget, null), null
  from pg_catalog.pg_cast c where c.oid >= 16384
  union all
  select 'pg_catalog.pg_collation'::regclass, c.oid, 'collation', n.nspname, null, c.collname, null
  from pg_catalog.pg_collation c join own n on n.oid = c.collnamespace
  union all
  select 'pg_catalog.pg_conversion'::regclass, c.oid, 'conversion', n.nspname, null, c.conname, null
  from pg_catalog.pg_conversion c join own n on n.oid = c.connamespace
  union all
  select 'pg_catalog.pg_ts_config'::regclass, c.oid, 'text search configuration', n.nspname, null, c.cfgname, null
  from pg_catalog.pg_ts_config c join own n on n.oid = c.cfgnamespace
  union all
  select 'pg_catalog.pg_ts_dict'::regclass, c.oid, 'text search dictionary', n.nspname, null, c.dictname, null
  from pg_catalog.pg_ts_dict c join own n on n.oid = c.dictnamespace
  union all
  select 'pg_catalog.pg_ts_parser'::regclass, c.oid, 'text search parser', n.nspname, null, c.prsname, null
  from pg_catalog.pg_ts_parser c join own n on n.oid = c.prsnamespace
  union all
  select 'pg_catalog.pg_ts_template'::regclass, c.oid, 'text search template', n.nspname, null, c.tmplname, null
  from pg_catalog.pg_ts_template c join own n on n.oid = c.tmplnamespace
  union all
  select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, 'statistics', n.nspname, null, s.stxname, null
  from pg_catalog.pg_statistic_ext s join own n on n.oid = s.stxnamespace
  union all
  select 'pg_catalog.pg_foreign_data_wrapper'::regclass, f.oid, 'foreign-data wrapper', null, null, f.fdwname, null from pg_catalog.pg_foreign_data_wrapper f
  union all
  select 'pg_catalog.pg_foreign_server'::regclass, s.oid, 'server', null, null, s.srvname, null from pg_catalog.pg_foreign_server s
  union all
  select 'pg_catalog.pg_user_mapping'::regclass, u.umid, 'user mapping', null, null, u.srvname, u.usename::text from pg_catalog.pg_user_mappings u
  union all
  select 'pg_catalog.pg_publication'::regclass, p.oid, 'publication', null, null, p.pubname, null from pg_catalog.pg_publication p
  union all
  select 'pg_catalog.pg_event_trigger'::regclass, e.oid, 'event trigger', null, null, e.evtname, null from pg_catalog.pg_event_trigger e
  union all
  select 'pg_catalog.pg_language'::regclass, l.oid, 'language', null, null, l.lanname, null from pg_catalog.pg_language l where l.oid >= 16384
  union all
  select 'pg_catalog.pg_transform'::regclass, t.oid, 'transform', null, null, pg_catalog.format_type(t.trftype, null), null from pg_catalog.pg_transform t where t.oid >= 16384
  union all
  select 'pg_catalog.pg_am'::regclass, a.oid, 'access method', null, null, a.amname, null from pg_catalog.pg_am a where a.oid >= 16384
  union all
  select 'pg_catalog.pg_default_acl'::regclass, d.oid, 'default privileges', n.nspname, null, pg_catalog.pg_get_userbyid(d.defaclrole)::text, d.defaclobjtype::text
  from pg_catalog.pg_default_acl d left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
  union all
  select 'pg_catalog.pg_class'::regclass, c.oid, 'privileges', n.nspname, null, c.relname, null
  from pg_catalog.pg_class c join own n on n.oid = c.relnamespace
  where exists (select from pg_catalog.aclexplode(c.relacl) g where g.grantee <> c.relowner)
    or exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attacl is not null)
  union all
  select 'pg_catalog.pg_namespace'::regclass, s.oid, 'privileges', null, null, s.nspname, null
  from pg_catalog.pg_namespace s join own n on n.oid = s.oid
  left join usual_privileges u on u.classoid = 'pg_catalog.pg_namespace'::regclass and u.objoid = s.oid
  where s.nspacl is distinct from u.initprivs and s.nspacl is distinct from pg_catalog.acldefault('n', s.nspowner)
  union all
  select 'pg_catalog.pg_proc'::regclass, p.oid, 'privileges', n.nspname, null, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)
  from pg_catalog.pg_proc p join own n on n.oid = p.pronamespace
  where p.proacl <> pg_catalog.acldefault('f', p.proowner)
  union all
  select 'pg_catalog.pg_type'::regclass, t.oid, 'privileges', n.nspname, null, t.typname, null
  from pg_catalog.pg_type t join own n on n.oid = t.typnamespace
  where t.typacl <> pg_catalog.acldefault('T', t.typowner)
  union all
  select 'pg_catalog.pg_language'::regclass, l.oid, 'privileges', null, null, l.lanname, null
  from pg_catalog.pg_language l where l.lanacl <> pg_catalog.acldefault('l', l.lanowner)
  union all
  select 'pg_catalog.pg_foreign_server'::regclass, s.oid, 'privileges', null, null, s.srvname, null
  from pg_catalog.pg_foreign_server s where s.srvacl <> pg_catalog.acldefault('S', s.srvowner)
  union all
  select 'pg_catalog.pg_foreign_data_wrapper'::regclass, f.oid, 'privileges', null, null, f.fdwname, null
  from pg_catalog.pg_foreign_data_wrapper f where f.fdwacl <> pg_catalog.acldefault('F', f.fdwowner)
  union all
  select 'pg_catalog.pg_seclabel'::regclass, l.objoid, 'security label', null, null, l.objoid::regclass::text, l.provider from pg_catalog.pg_seclabel l
  union all
  select 'pg_catalog.pg_subscription'::regclass, s.oid, 'subscription', null, null, s.subname, null
  from pg_catalog.pg_subscription s where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
) found
where not exists (select from member m where m.classid = found.class and m.objid = found.oid)
order by kind, schema, parent, name, signature
