-- Indexes of tables and materialized views; pc is the index that one is part of (its table pr may not be among the tables
-- that are read).
select i.indexrelid::int8, i.indrelid::int8, c.relname, m.amname, m.oid::int8, i.indisunique, i.indnkeyatts,
  i.indkey::int2[], i.indoption::int2[], i.indclass::oid[]::int8[], i.indcollation::oid[]::int8[],
  case when i.indexprs is not null then (
    select pg_catalog.array_agg(
      case when k.attnum = 0 then pg_catalog.pg_get_indexdef(i.indexrelid, k.ord::int, false) end order by k.ord
    )
    from pg_catalog.unnest(i.indkey) with ordinality k (attnum, ord)
  ) end,
  case when i.indpred is not null then pg_catalog.pg_get_expr(i.indpred, i.indrelid) end,
  c.reloptions, t.spcname, i.indisvalid, i.indisclustered, i.indisreplident,
  {nulls_not_distinct}, c.relkind = 'I',
  case when m.amname not in ('btree', 'hash') then (
    select pg_catalog.array_agg(pg_catalog.array_to_string(a.attoptions, ', ') order by a.attnum)
    from pg_catalog.pg_attribute a
    where a.attrelid = i.indexrelid
    having pg_catalog.bool_or(a.attoptions is not null)
  ) end,
  case when i.indexprs is not null then (
    select pg_catalog.array_agg(a.attstattarget order by a.attnum)
    from pg_catalog.pg_attribute a
    where a.attrelid = i.indexrelid
    having pg_catalog.bool_or(a.attstattarget >= 0)
  ) end,
  pn.nspname, pr.relname, pc.relname
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class r on r.oid = i.indrelid
join pg_catalog.pg_am m on m.oid = c.relam
left join pg_catalog.pg_tablespace t on t.oid = c.reltablespace
left join (
  pg_catalog.pg_inherits p
  join pg_catalog.pg_index pi on pi.indexrelid = p.inhparent
  join pg_catalog.pg_class pc on pc.oid = pi.indexrelid
  join pg_catalog.pg_class pr on pr.oid = pi.indrelid
  join pg_catalog.pg_namespace pn on pn.oid = pr.relnamespace
) on p.inhrelid = i.indexrelid
where r.relkind in ('r', 'p', 'm') and r.relpersistence <> 't'
  and r.relnamespace not in (
    select n.oid from pg_catalog.pg_namespace n where n.nspname ~ '^pg_' or n.nspname = 'information_schema'
  )
  /*scope i.indrelid*/ /*scope r.oid*/
order by i.indrelid, c.relname
