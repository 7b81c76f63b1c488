-- NOT NULL constraints, which have names and states of their own from PostgreSQL 18 on.
select o.conrelid::int8, o.conkey[1], o.conname, o.convalidated, o.connoinherit, o.oid::int8, o.conislocal
from pg_catalog.pg_constraint o
where o.contype = 'n' and o.conrelid <> 0 /*scope o.conrelid*/
