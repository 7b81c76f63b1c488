-- Catalog rows that this transaction wrote, subtransactions included: a row's xmin is no older than the transaction's
-- own id, and nobody else writes in a development database. Only what takes no lock is looked for here: a comment locks
-- its object.
with own as (select pg_catalog.age(pg_catalog.pg_current_xact_id()::xid) as age),
types as (select t.oid, t.typtype, t.xmin from pg_catalog.pg_type t where t.typtype in ('e', 'd') and t.oid >= 16384)
select 'pg_catalog.pg_namespace'::regclass::int8, o.oid::int8 from pg_catalog.pg_namespace o, own where pg_catalog.age(o.xmin) <= own.age
union all
select 'pg_catalog.pg_type'::regclass::int8, o.oid::int8 from types o, own where pg_catalog.age(o.xmin) <= own.age
union all
select distinct 'pg_catalog.pg_type'::regclass::int8, o.enumtypid::int8 from pg_catalog.pg_enum o, own where pg_catalog.age(o.xmin) <= own.age
union all
select 'pg_catalog.pg_type'::regclass::int8, o.contypid::int8
from types t join pg_catalog.pg_constraint o on o.contypid = t.oid, own
where t.typtype = 'd' and pg_catalog.age(o.xmin) <= own.age
union all
select 'pg_catalog.pg_extension'::regclass::int8, o.oid::int8 from pg_catalog.pg_extension o, own where pg_catalog.age(o.xmin) <= own.age
union all
-- Commenting on a constraint locks the constraint, not what it belongs to.
select case when c.conrelid <> 0 then 'pg_catalog.pg_class'::regclass::int8 else 'pg_catalog.pg_type'::regclass::int8 end,
  case when c.conrelid <> 0 then c.conrelid::int8 else c.contypid::int8 end
from pg_catalog.pg_constraint c
where c.oid in (
  select l.objid from pg_catalog.pg_locks l
  where l.pid = pg_catalog.pg_backend_pid() and l.classid = 'pg_catalog.pg_constraint'::regclass and l.mode <> 'AccessShareLock'
)
