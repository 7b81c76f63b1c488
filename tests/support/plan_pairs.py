"""Two databases on a real server and the plan between them."""

from __future__ import annotations

from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.protocol import Inspection, Scope, Session
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.making import make_plan
from schema_core.schema.plans import Plan


class Pair:
    """Two databases that hold the states before and after, and the plan from one to the other."""

    def __init__(self, one: Session, other: Session) -> None:
        self.session = one
        self.major = one.server().major
        self.before, self.after = one.inspect(Scope()), other.inspect(Scope())
        self.plan = self.planned(self.before)

    def planned(self, before: Inspection) -> Plan:
        return make_plan(DIALECT, before, self.after, compare_by_name(before.realm, self.after.realm), self.major)

    def texts(self) -> list[str]:
        return [statement.text for statement in self.plan.statements]

    def check(self) -> None:
        """The plan leads to the state after, a second one is empty, and its reverse leads back."""
        for statement in self.plan.statements:
            self.session.execute(statement.text)
        assert self.left(self.after) == []
        assert self.planned(self.session.inspect(Scope())) == Plan()
        reverse = self.plan.reversed()
        if reverse is None:
            assert any(statement.irreversible for statement in self.plan.statements)
            return
        for text in reverse:
            self.session.execute(text)
        assert self.left(self.before) == []

    def left(self, wanted: Inspection) -> list[str]:
        """What still differs."""
        changes = compare_by_name(self.session.inspect(Scope()).realm, wanted.realm)
        return [str(change) for change in changes]
