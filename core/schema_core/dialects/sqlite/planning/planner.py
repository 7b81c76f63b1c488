"""The statements between two states, in order.

All of them may run in one transaction. SQLite takes ``PRAGMA foreign_keys`` outside of one only; there it keeps a
dropped table from taking the rows of others along when somebody runs the statements one by one. Our own runs keep
foreign keys unenforced around a file's transaction and check them before it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from schema_core.dialects.protocol import Inspection, Planner
from schema_core.dialects.sqlite.objects import index, trigger, view
from schema_core.dialects.sqlite.objects.table import SqliteTable
from schema_core.dialects.sqlite.objects.view import SqliteView
from schema_core.dialects.sqlite.planning.closure import closure
from schema_core.dialects.sqlite.planning.in_place import alter_in_place
from schema_core.dialects.sqlite.planning.mentions import users
from schema_core.dialects.sqlite.planning.rebuild import rebuild
from schema_core.dialects.sqlite.planning.renaming import rename
from schema_core.dialects.sqlite.quoting import fold, quote
from schema_core.dialects.sqlite.render import create_table
from schema_core.schema.changes import Alter, Change, Create, Drop, Rename
from schema_core.schema.errors import UserError
from schema_core.schema.objects import CheckConstraint, Index, SchemaObject, Trigger
from schema_core.schema.plans import PlannedStatement, Policy, Step
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_APART = frozenset({"index", "trigger", "view", "table", "schema"})
"""Kinds that are made by a statement of their own; all others are part of CREATE TABLE."""


class SqlitePlanner:
    """See ``protocol.Planner``."""

    policies: frozenset[Policy] = frozenset()

    def plan_steps(
        self,
        before: Inspection,
        after: Inspection,
        changes: Sequence[Change],
        major: int,  # noqa: ARG002 - there is one
        *,
        policies: frozenset[Policy] = frozenset(),  # noqa: ARG002 - there is none
    ) -> tuple[Step, ...]:
        """See ``protocol.Planner.plan_steps``: one step a statement, each after the one before it.

        What undoes the plan is a plan of its own; it stands at the first statement, which is undone last.
        """
        statements = list(_statements(before.realm, after.realm, changes))
        if statements:
            try:
                back = _statements(after.realm, before.realm, [_inverted(change) for change in changes])
                undone = {"reverse": tuple(statement.text for statement in back)}
                statements[0] = msgspec.structs.replace(statements[0], **undone)
            except UserError as error:
                statements[0] = msgspec.structs.replace(statements[0], irreversible=str(error))
        return tuple(
            Step(
                key=str(number),
                rank=number,
                after=frozenset({str(number - 1)}) if number else frozenset(),
                statements=(statement,),
            )
            for number, statement in enumerate(statements)
        )

    def closure(self, before: Inspection, after: Inspection, changes: Sequence[Change]) -> tuple[Realm, Realm]:
        """See ``closure.closure``."""
        return closure(before, after, changes)

    def rename(self, before: Ref, after: Ref) -> PlannedStatement:
        """See ``renaming.rename``."""
        return rename(before, after)


PLANNER: Planner = SqlitePlanner()


def _inverted(change: Change) -> Change:
    match change:
        case Create(object=item):
            return Drop(object=item)
        case Drop(object=item):
            return Create(object=item)
        case Alter():
            return Alter(before=change.after, after=change.before)
        case Rename():
            return Rename(before=change.after, after=change.before)


def _statements(before: Realm, after: Realm, changes: Sequence[Change]) -> Iterator[PlannedStatement]:
    work = _Work(before, after, changes)
    body = list(work.statements())
    if work.leaves_gaps():
        # Otherwise ALTER TABLE asks all views and triggers whether they would run now.
        yield _pragma("legacy_alter_table", "on", "keep views and triggers as they are while tables change places")
    if work.rebuilt or any(item.ref.kind == "table" for item in work.gone):
        yield _pragma("foreign_keys", "off", "disable the enforcement of foreign-keys constraints")
        yield from body
        yield _pragma("foreign_keys", "on", "enable back the enforcement of foreign-keys constraints")
    else:
        yield from body
    if work.leaves_gaps():
        yield _pragma("legacy_alter_table", "off", "check views and triggers again when tables are renamed")


def _pragma(name: str, value: str, comment: str) -> PlannedStatement:
    return PlannedStatement(text=f"PRAGMA {name} = {value}", comment=comment)


class _Work:
    """What is to be done, sorted by what it is done to."""

    def __init__(self, before: Realm, after: Realm, changes: Sequence[Change]) -> None:
        self.before = before
        self.after = after
        self.gone: list[SchemaObject] = []
        self.new: list[SchemaObject] = []
        self.rebuilt: set[str] = set()
        self._tables: dict[str, list[Change]] = {}
        for change in changes:
            self._sort(change)
        self._refuse_names_that_differ_in_case()
        self._gone_names = {fold(item.ref.name) for item in self.gone if item.ref.kind in ("table", "view")}
        leaving = {item.ref for item in self.gone}
        self._staying = Realm(
            item
            for item in before.values()
            if item.ref.kind in ("view", "trigger") and item.ref not in leaving and not self._goes_along(item, leaving)
        )

    def statements(self) -> Iterator[PlannedStatement]:
        """All but what is set around them."""
        tables = list(self._changed_tables())
        yield from self._drops()
        yield from (
            PlannedStatement(text=create_table(item, self.after), comment=f'create "{item.ref.name}" table')
            for item in self.new
            if isinstance(item, SqliteTable)
        )
        yield from tables
        yield from self._creations()

    def leaves_gaps(self) -> bool:
        """Whether a view or another table's trigger mentions what is away while a table is altered."""
        return bool(self._tables) and self._are_missed(self.rebuilt | self._gone_names)

    def _are_missed(self, names: set[str]) -> bool:
        return any(fold(item.ref.parent or "") != name for name in names for item in users(self._staying, [name]))

    def _sort(self, change: Change) -> None:
        if change.ref.kind == "table" and isinstance(change, Alter | Rename):
            self._tables.setdefault(fold(change.ref.name), []).append(change)
        elif change.ref.kind not in _APART:
            self._tables.setdefault(fold(change.ref.parent or ""), []).append(change)
        elif isinstance(change, Create):
            self.new.append(change.object)
        elif isinstance(change, Drop):
            self.gone.append(change.object)
        else:
            self.gone.append(change.before)
            self.new.append(change.after)

    def _refuse_names_that_differ_in_case(self) -> None:
        """SQLite takes them for one; dropping the one and creating the other would lose the rows."""
        before = {fold(ref.name): ref for ref in self.before if ref.kind in ("table", "view")}
        for item in self.new:
            old = before.get(fold(item.ref.name)) if item.ref.kind in ("table", "view") else None
            if old is not None and old.name != item.ref.name and "table" in (old.kind, item.ref.kind):
                raise UserError(
                    f"{old.kind.capitalize()} {old.name} and {item.ref.kind} {item.ref.name} differ in upper and lower "
                    "case alone, and SQLite takes them for one; write the name as it is, or rename by way of another."
                )

    def _goes_along(self, item: SchemaObject, leaving: set[Ref]) -> bool:
        """Whether a trigger is dropped with its table or view."""
        return any(fold(ref.name) == fold(item.ref.parent or "") for ref in leaving if ref.parent is None)

    def _changed_tables(self) -> Iterator[PlannedStatement]:
        # DROP COLUMN fails with "SQL logic error" (measured on 3.40) while a view cannot run, whatever it speaks of.
        may_drop = not self._are_missed(self._gone_names)
        taken = {fold(ref.name) for realm in (self.before, self.after) for ref in realm}
        for table in self.after.of(SqliteTable):
            changes = self._tables.get(fold(table.ref.name), ())
            if not changes or table.ref not in self.before:
                continue
            in_place = alter_in_place(
                table.ref, changes, self._staying, may_drop=may_drop and not self._is_checked(table.ref)
            )
            if in_place is None:
                self.rebuilt.add(fold(table.ref.name))
                yield from rebuild(table, self.before, self.after, taken)
            else:
                yield from in_place

    def _is_checked(self, table: Ref) -> bool:
        """Whether the table has checks: one that was written at a column goes with it, whatever it speaks of."""
        return any(isinstance(item, CheckConstraint) for item in self.before.children(table))

    def _drops(self) -> Iterator[PlannedStatement]:
        # An index goes with the table that is rebuilt; a trigger would be in the way of other tables until then.
        away = {"trigger": self._gone_names, "index": self._gone_names | self.rebuilt}
        for kind in ("trigger", "view", "index", "table"):
            for item in self.gone:
                if item.ref.kind == kind and fold(item.ref.parent or "") not in away.get(kind, ()):
                    yield PlannedStatement(
                        text=f"DROP {kind.upper()} {quote(item.ref.name)}",
                        comment=f'drop index "{item.ref.name}" from table: "{item.ref.parent}"'
                        if kind == "index"
                        else f'drop "{item.ref.name}" {kind}',
                    )

    def _creations(self) -> Iterator[PlannedStatement]:
        made = {fold(item.ref.name) for item in self.new if item.ref.kind == "view"} | self.rebuilt
        new = {item.ref for item in self.new}
        for one in self.after.of(Index):
            if one.ref in new or fold(one.ref.parent or "") in self.rebuilt:
                comment = f'create index "{one.ref.name}" to table: "{one.ref.parent}"'
                yield PlannedStatement(text=index.create(one), comment=comment)
        for query in self.after.of(SqliteView):
            if query.ref in new:
                yield PlannedStatement(text=view.create(query), comment=f'create "{query.ref.name}" view')
        for action in self.after.of(Trigger):
            if action.ref in new or fold(action.ref.parent or "") in made:
                yield PlannedStatement(text=trigger.create(action), comment=f'create trigger "{action.ref.name}"')
