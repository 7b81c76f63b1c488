-- Extensions, and the comment that each comes with; plpgsql is in every database.
select e.oid::int8, e.extname, e.extversion, n.nspname, available.comment
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
left join pg_catalog.pg_available_extensions() available on available.name = e.extname
where e.extname <> 'plpgsql' /*scope e.oid*/
order by e.extname
