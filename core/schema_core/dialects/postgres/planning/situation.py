"""What is to change, sorted by how: the common ground of all steps."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.column_changes import is_retyped
from schema_core.dialects.postgres.planning.connections import Connections
from schema_core.dialects.protocol import Inspection
from schema_core.schema.changes import Alter, Change, Create, Drop, Rename
from schema_core.schema.errors import UserError
from schema_core.schema.objects import SchemaObject
from schema_core.schema.plans import Policy
from schema_core.schema.ref import Ref

_NAMED = 8


class Situation:
    """The states before and after, and the changes between them by name.

    ``recreated`` are objects that must be dropped and made again, be it for their own change or for that of something
    they need; ``retyped`` are columns whose values get another type; ``swapped`` are enums that are replaced.
    ``implied`` are changes of partitions and inheriting tables that come with those of their parents.
    """

    def __init__(
        self,
        before: Inspection,
        after: Inspection,
        changes: Sequence[Change],
        major: int,
        *,
        policies: frozenset[Policy] = frozenset(),
    ) -> None:
        """Sort the changes."""
        self.policies = policies
        self.before, self.after = Connections(before), Connections(after)
        self.major = major
        self.created: dict[Ref, SchemaObject] = {}
        self.dropped: dict[Ref, SchemaObject] = {}
        self.altered: dict[Ref, Alter] = {}
        self.renamed: dict[Ref, Rename] = {}
        for change in changes:
            match change:
                case Create():
                    self.created[change.ref] = change.object
                case Drop():
                    self.dropped[change.ref] = change.object
                case Alter():
                    self.altered[change.ref] = change
                case Rename():
                    self.renamed[change.ref] = change
        self.recreated: dict[Ref, None] = {}
        self.swapped: dict[Ref, None] = {}
        self.retyped: dict[Ref, None] = {
            ref: None for ref, change in self.altered.items() if is_column_retyped(change.before, change.after)
        }
        self.implied: dict[Ref, list[Ref]] = {}
        """Name of a parent's column, check or key to those of its heirs that change with it."""
        self._refused: dict[str, None] = {}

    def refuse(self, reason: str) -> None:
        """Remember why there can be no plan."""
        self._refused[reason] = None

    def raise_refusals(self) -> None:
        """Raise UserError when something was refused."""
        if self._refused:
            reasons = list(self._refused)
            more = f"; and {len(reasons) - _NAMED} more" if len(reasons) > _NAMED else ""
            raise UserError(f"There is no safe plan: {'; '.join(reasons[:_NAMED])}{more}.")

    def is_gone_before(self, ref: Ref) -> bool:
        """Whether an object of the state before is dropped, be it to come again."""
        return ref in self.dropped or ref in self.recreated


def is_column_retyped(before: SchemaObject, after: SchemaObject) -> bool:
    """Whether both are columns of different types."""
    return isinstance(before, PostgresColumn) and isinstance(after, PostgresColumn) and is_retyped(before, after)


def described(ref: Ref) -> str:
    """An object for a person: kind and name."""
    return f"{ref.kind} {ref.label()}"
