"""What a rule may look at: one observed statement, the state before it and the rest of the change set."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from schema_core.schema.changes import Alter, Create, Drop, Rename
from schema_core.schema.observations import IndexBuild, Lock, Observation, Rewrite, Scan, StatementError
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.results import ServerInfo
from schema_core.schema.statements import Action, Statement

if TYPE_CHECKING:
    from schema_core.lint.rebuilds import Rebuild

ENDS = frozenset({"commit", "rollback"})
"""Kinds of actions that end a transaction."""


class ObservedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement with what was seen of it."""

    statement: Statement
    observation: Observation


class StatementContext(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a rule may look at.

    ``before`` and ``after`` are the states around the statement. ``new`` names the tables (and indexes, views …) that
    the change set itself created and that still exist: nobody uses them yet, so nothing about them blocks or breaks
    anybody. ``statements`` are all observed statements of the file and ``index`` is this one's place among them;
    ``in_file_transaction`` says whether apply would run the file in one transaction. ``transaction_start`` is the place
    of the first statement of the transaction that apply would run this one in, None outside of any, and ``apply_error``
    is the server's refusal of this very statement when the file was run that way (alone it may well have succeeded).
    ``connected_schema`` is what an unqualified name means. ``claimed`` are the statement's effects that some rule has
    explained; only the observed families, which run last, are told them, and their ``observation`` holds the others.
    ``end`` is the state after the file's last statement that ran, and ``rebuild`` the table that this statement
    finished making anew. ``fold`` gives a name as the engine compares it. ``waits_limited`` says that whoever runs the
    statements limits how long they wait for locks.
    """

    file: str
    server: ServerInfo
    index: int
    statements: tuple[ObservedStatement, ...]
    before: Realm
    after: Realm
    new: frozenset[Ref]
    in_file_transaction: bool
    transaction_start: int | None
    connected_schema: str | None
    apply_error: StatementError | None = None
    end: Realm = Realm()
    rebuild: Rebuild | None = None
    fold: Callable[[str], str] = str
    waits_limited: bool = False
    claimed: frozenset[Lock | Rewrite | Scan | IndexBuild] = frozenset()

    @property
    def statement(self) -> Statement:
        """The statement under judgement."""
        return self.statements[self.index].statement

    @property
    def observation(self) -> Observation:
        """What was seen of it."""
        return self.statements[self.index].observation

    def earlier(self) -> tuple[ObservedStatement, ...]:
        """The file's statements before this one."""
        return self.statements[: self.index]

    def later(self) -> tuple[ObservedStatement, ...]:
        """The file's statements after this one."""
        return self.statements[self.index + 1 :]

    def companions(self) -> tuple[ObservedStatement, ...] | None:
        """The statements before this one in the transaction that apply would run it in; None outside of any."""
        return None if self.transaction_start is None else self.statements[self.transaction_start : self.index]

    def actions(self, *kinds: str) -> tuple[Action, ...]:
        """The statement's actions of these kinds."""
        return tuple(action for action in self.statement.actions if action.kind in kinds)

    def created(self) -> tuple[Create, ...]:
        """Objects that the statement created."""
        return tuple(change for change in self.observation.changes if isinstance(change, Create))

    def dropped(self) -> tuple[Drop, ...]:
        """Objects that the statement dropped."""
        return tuple(change for change in self.observation.changes if isinstance(change, Drop))

    def altered(self) -> tuple[Alter, ...]:
        """Objects that the statement changed in place."""
        return tuple(change for change in self.observation.changes if isinstance(change, Alter))

    def renamed(self) -> tuple[Rename, ...]:
        """Objects that the statement renamed."""
        return tuple(change for change in self.observation.changes if isinstance(change, Rename))

    def is_new(self, ref: Ref | None) -> bool:
        """Whether the object, or the table it belongs to, was created by this change set."""
        if ref is None:
            return False
        if ref in self.new:
            return True
        return ref.parent is not None and any(
            other.schema == ref.schema and other.name == ref.parent and other.parent is None for other in self.new
        )
