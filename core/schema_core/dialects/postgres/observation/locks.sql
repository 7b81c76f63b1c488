-- Locks that this transaction holds: relations by oid, other objects by catalog and oid. The predicate locks of
-- serializable transactions (SIReadLock) make nobody wait.
select l.locktype = 'relation', coalesce(l.relation, l.objid)::int8, l.classid::int8, l.mode
from pg_catalog.pg_locks l
where l.pid = pg_catalog.pg_backend_pid()
  and l.granted
  and l.mode <> 'SIReadLock'
  and l.locktype in ('relation', 'object')
  and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
