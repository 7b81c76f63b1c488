-- Constraints of tables. Foreign keys that the server keeps for partitions (conparentid) follow from their parents.
select o.oid::int8, o.conrelid::int8, o.conname, o.contype::text, o.conkey,
  fn.nspname, fc.relname,
  o.confrelid::int8, o.confkey, {referenced_columns},
  o.confupdtype::text, o.confdeltype::text, o.confmatchtype::text, o.condeferrable, o.condeferred, o.convalidated,
  o.connoinherit, o.conislocal, o.conindid::int8,
  case o.contype when 'c' then pg_catalog.pg_get_expr(o.conbin, o.conrelid)
    when 'x' then pg_catalog.pg_get_constraintdef(o.oid) end,
  {enforced}, {delete_columns}, {without_overlaps}
from pg_catalog.pg_constraint o
join pg_catalog.pg_class c on c.oid = o.conrelid
left join pg_catalog.pg_class fc on fc.oid = o.confrelid
left join pg_catalog.pg_namespace fn on fn.oid = fc.relnamespace
where o.contype in ('p', 'u', 'f', 'c', 'x') and c.relkind in ('r', 'p') and c.relpersistence <> 't'
  and not (o.contype = 'f' and o.conparentid <> 0)
  and c.relnamespace not in (
    select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^pg_' or n.nspname = 'information_schema'
  )
  /*scope o.conrelid*/ /*scope c.oid*/
order by o.conrelid, o.conname
