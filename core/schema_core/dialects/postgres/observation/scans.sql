-- Sequential scans that this session has started and not yet reported to the statistics. Counted even when the table is
-- empty; pending counts of earlier transactions are among them, so only the difference over a statement means something.
select c.oid::int8, pg_catalog.pg_stat_get_xact_numscans(c.oid)
from pg_catalog.pg_class c
where c.relkind in ('r', 'm') and c.oid >= 16384 and pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
