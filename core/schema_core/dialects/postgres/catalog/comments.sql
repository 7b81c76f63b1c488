-- Comments on what is modelled.
select d.classoid::int8, d.objoid::int8, d.objsubid, d.description
from pg_catalog.pg_description d
where d.objoid >= 2200 and d.classoid in (
  'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_namespace'::regclass, 'pg_catalog.pg_type'::regclass,
  'pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_extension'::regclass
) /*scope comments*/
