-- Sequential scans of any table that earlier transactions of this session have started and not yet reported.
select c.oid::int8, pg_catalog.pg_stat_get_xact_numscans(c.oid)
from pg_catalog.pg_class c
where c.relkind in ('r', 'm') and c.oid >= 16384 and pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
