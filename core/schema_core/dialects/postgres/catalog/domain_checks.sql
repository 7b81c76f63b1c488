-- Checks of domains.
select o.contypid::int8, o.oid::int8, o.conname, pg_catalog.pg_get_expr(o.conbin, 0), o.convalidated
from pg_catalog.pg_constraint o
where o.contypid <> 0 and o.contype = 'c' /*scope o.contypid*/
order by o.contypid, o.conname
