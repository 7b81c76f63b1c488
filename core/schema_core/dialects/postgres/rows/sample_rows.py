"""Makes and reads rows of our own; see ``sample_rows.SampleRows``."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import psycopg

from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.quoting import literal, qualified, quote
from schema_core.dialects.postgres.rows.attempts import ROWS, Attempts, in_order
from schema_core.dialects.postgres.session import execution_error
from schema_core.dialects.sample_rows import Filled, KeptTable, RowState, TableRows
from schema_core.schema.objects import Sequence as SequenceObject
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_TRY = """
create function pg_temp.schema_action_try(slots jsonb) returns jsonb language plpgsql as $try$
declare
  slot jsonb;
  attempt text;
  words text;
  done bigint;
  found jsonb := '[]';
begin
  for slot in select value from pg_catalog.jsonb_array_elements(slots) loop
    words := null;
    for attempt in select value from pg_catalog.jsonb_array_elements_text(slot) loop
      begin
        execute attempt;
        get diagnostics done = row_count;
        if done > 0 then
          words := null;
          exit;
        end if;
        words := coalesce(words, 'no row that was made up fits its checks');
      exception when others then
        words := coalesce(words, sqlerrm);
      end;
    end loop;
    found := found || pg_catalog.jsonb_build_array(words);
  end loop;
  return found;
end
$try$
"""
"""Tries statements, of each slot until one runs; what refused the first of a slot is told when all were refused."""
_NO_FUNCTIONS = (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)
"""What a user meets who may not make a temporary function, or has no language for it."""
_IN_ONE_QUERY = 100


class PostgresSampleRows:
    """See ``sample_rows.SampleRows``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Work on a session's connection."""
        self._connection = connection

    def fill(self, before: Realm, after: Realm, tables: Collection[Ref]) -> Filled:
        """See ``sample_rows.SampleRows.fill``."""
        chosen = in_order(before, after, tables)
        attempts = Attempts(before, after)
        # The first rows of all come before the second ones, so that tables that refer to each other get some as well.
        offered = [(table.ref, attempts.of(table, number)) for number in range(1, ROWS + 1) for table in chosen]
        numbers = [
            [f"SELECT pg_catalog.nextval({literal(qualified(item.ref))})"]
            for item in before.of(SequenceObject)
            if item.owned_by is None
        ]
        try:
            with self._connection.transaction():
                self._connection.execute(_TRY.encode())
                self._connection.execute("set constraints all immediate")
                slots = json.dumps([*numbers, *(texts for _, texts in offered)])
                row = self._connection.execute("select pg_temp.schema_action_try(%s)", [slots]).fetchone()
                self._connection.execute("drop function pg_temp.schema_action_try(jsonb)")
            refused: list[str | None] = row[0][len(numbers) :] if row is not None else []
            rows = self._counts(chosen)
        except _NO_FUNCTIONS as error:
            refusal = error.diag.message_primary or str(error)
            return Filled(rows={}, empty={table.ref: refusal for table in chosen})
        except psycopg.Error as error:
            raise execution_error(error, "") from error
        words: dict[Ref, str] = {}
        for (ref, _), reason in zip(offered, refused, strict=True):
            if reason is not None:
                words.setdefault(ref, reason)
        return Filled(
            rows={ref: count for ref, count in rows.items() if count},
            empty={ref: words.get(ref, "its rows went elsewhere") for ref, count in rows.items() if not count},
        )

    def read(self, tables: Sequence[KeptTable], numbers: Sequence[Ref]) -> RowState:
        """See ``sample_rows.SampleRows.read``."""
        try:
            found: dict[Ref, TableRows] = {}
            for some in _pieces(tables):
                query = " UNION ALL ".join(_digest(index, table) for index, table in enumerate(some))
                for index, count, digest in self._connection.execute(query.encode()).fetchall():
                    found[some[index].ref] = TableRows(count=count, digest=digest)
            return RowState(tables=found, numbers=self._numbers(numbers))
        except psycopg.Error as error:
            raise execution_error(error, "") from error

    def _counts(self, tables: Sequence[PostgresTable]) -> dict[Ref, int]:
        kept = [KeptTable(ref=table.ref, columns=()) for table in tables]
        return {ref: rows.count for ref, rows in self.read(kept, ()).tables.items()}

    def _numbers(self, refs: Sequence[Ref]) -> dict[Ref, int | None]:
        if not refs:
            return {}
        names = [qualified(Ref("", ref.schema, None, ref.parent or ref.name)) for ref in refs]
        columns = [ref.name if ref.parent is not None else None for ref in refs]
        rows = self._connection.execute(_NUMBERS, [names, columns]).fetchall()
        return {refs[index - 1]: number for index, number in rows}


_NUMBERS = """
select asked.place, pg_catalog.pg_sequence_last_value(coalesce(owned.objid, pg_catalog.to_regclass(asked.relation)))
from unnest(%s::text[], %s::text[]) with ordinality as asked (relation, owner, place)
left join pg_catalog.pg_attribute as a
  on asked.owner is not null and a.attrelid = pg_catalog.to_regclass(asked.relation) and a.attname = asked.owner
left join lateral (
  select d.objid from pg_catalog.pg_depend as d join pg_catalog.pg_class as s on s.oid = d.objid and s.relkind = 'S'
  where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
    and d.refobjid = a.attrelid and d.refobjsubid = a.attnum and d.deptype in ('a', 'i')
  limit 1
) as owned on true
where asked.owner is null or owned.objid is not null
"""


def _digest(index: int, table: KeptTable) -> str:
    values = ", ".join(f"{quote(name)}::text" for name in table.columns)
    return (
        f"SELECT {index} AS place, pg_catalog.count(*), pg_catalog.md5(coalesce(pg_catalog.string_agg("  # noqa: S608
        f"row_digest, '' ORDER BY row_digest), '')) FROM (SELECT pg_catalog.md5(ROW({values})::text) AS row_digest "
        f"FROM ONLY {qualified(table.ref)}) AS rows"
    )


def _pieces(tables: Sequence[KeptTable]) -> list[Sequence[KeptTable]]:
    return [tables[start : start + _IN_ONE_QUERY] for start in range(0, len(tables), _IN_ONE_QUERY)]
