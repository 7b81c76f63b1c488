"""Two databases on a real server and the plan between them; ``gently`` is by all policies."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.postgres.planning.planner import PLANNER
from schema_core.dialects.protocol import ExecutionError, Inspection, Scope, Session
from schema_core.dialects.sample_rows import RowState
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.kept_rows import kept_numbers, kept_tables, lost
from schema_core.plan.making import make_plan
from schema_core.schema.objects import Table
from schema_core.schema.plans import Plan, Policy

_EMPTY = """
do $$
declare name text;
begin
  for name in
    select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  loop
    execute 'truncate ' || name || ' cascade';
  end loop;
  -- What a concurrent build that failed leaves behind.
  for name in
    select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indexrelid
    where not i.indisvalid and c.relkind = 'i'
  loop
    execute 'drop index ' || name;
  end loop;
end $$
"""


class Pair:
    """Two databases that hold the states before and after, and the plan from one to the other."""

    def __init__(self, one: Session, other: Session, *, gently: bool = False) -> None:
        self.policies: frozenset[Policy] = PLANNER.policies if gently else frozenset()
        self.session = one
        rows = one.sample_rows()
        assert rows is not None
        self._rows = rows
        self.major = one.server().major
        self.before, self.after = one.inspect(Scope()), other.inspect(Scope())
        self.plan = self.planned(self.before)

    def planned(self, before: Inspection) -> Plan:
        changes = compare_by_name(before.realm, self.after.realm)
        return make_plan(DIALECT, before, self.after, changes, self.major, policies=self.policies)

    def texts(self) -> list[str]:
        return [statement.text for statement in self.plan.statements]

    def check(self) -> None:
        """With rows, the plan leads to the state after, a second one is empty, and its reverse leads back.

        What rows of kept tables held in kept columns is there after either. A statement that does not fit what the rows
        hold is run again without any; ``emptied`` counts them.
        """
        self.fill()
        held = self.held()
        self.run([statement.text for statement in self.plan.statements])
        assert self.left(self.after) == []
        self.require(held)
        assert self.planned(self.session.inspect(Scope())) == Plan()
        reverse = self.plan.reversed()
        if reverse is None:
            assert any(statement.irreversible for statement in self.plan.statements)
            return
        self.run(reverse)
        assert self.left(self.before) == []
        self.require(held)

    def fill(self) -> None:
        tables = {table.ref for table in self.before.realm.of(Table)}
        self.filled = self._rows.fill(self.before.realm, self.after.realm, tables)
        self.emptied: list[str] = []
        self.steps = kept_numbers(self.before.realm, self.after.realm)

    def held(self) -> RowState:
        kept = [one for one in kept_tables(self.before.realm, self.after.realm) if one.ref in self.filled.rows]
        return self._rows.read(kept, tuple(self.steps))

    def require(self, held: RowState) -> None:
        if not self.emptied:
            assert list(lost(held, self.held(), self.steps)) == []

    def run(self, texts: Sequence[str]) -> None:
        """Run statements; rows that one of them does not fit are deleted."""
        for text in texts:
            try:
                self.session.execute(text)
            except ExecutionError as error:
                if not error.over_rows:
                    raise
                self.emptied.append(f"{text}: {error.message}")
                self.session.execute(_EMPTY)
                self.session.execute(text)

    def left(self, wanted: Inspection) -> list[str]:
        """What still differs."""
        changes = compare_by_name(self.session.inspect(Scope()).realm, wanted.realm)
        return [str(change) for change in changes]
