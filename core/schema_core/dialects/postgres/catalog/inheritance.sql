-- Parents of partitions and of inheriting tables, in order.
select i.inhrelid::int8, n.nspname, c.relname, c.relkind::text
from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhparent
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f') /*scope i.inhrelid*/
order by i.inhrelid, i.inhseqno
