-- Sequential scans of locked tables that this session has started and not yet reported to the statistics. Counted even
-- when the table is empty.
select c.oid::int8, pg_catalog.pg_stat_get_xact_numscans(c.oid)
from (
  select distinct l.relation
  from pg_catalog.pg_locks l
  where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.relation >= 16384
) locked
join pg_catalog.pg_class c on c.oid = locked.relation
where c.relkind in ('r', 'm') and pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
