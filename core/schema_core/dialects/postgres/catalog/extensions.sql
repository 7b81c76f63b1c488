-- Extensions; plpgsql is in every database.
select e.oid::int8, e.extname, e.extversion, n.nspname
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where e.extname <> 'plpgsql' /*scope e.oid*/
order by e.extname
