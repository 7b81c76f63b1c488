-- Every collation's qualified name.
select c.oid::int8, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname)
from pg_catalog.pg_collation c
join pg_catalog.pg_namespace n on n.oid = c.collnamespace
where c.oid in (100, 950, 951) or c.oid >= 12000
