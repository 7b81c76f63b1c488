"""The steps between two states."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.dialects.postgres.planning.closure import closure
from schema_core.dialects.postgres.planning.columns import draft_columns
from schema_core.dialects.postgres.planning.drafts import Drafts
from schema_core.dialects.postgres.planning.inheritance import fold
from schema_core.dialects.postgres.planning.keys import draft_keys
from schema_core.dialects.postgres.planning.recreation import spread
from schema_core.dialects.postgres.planning.renaming import rename
from schema_core.dialects.postgres.planning.situation import Situation
from schema_core.dialects.postgres.planning.tables import draft_tables
from schema_core.dialects.postgres.planning.types import draft_types
from schema_core.dialects.postgres.planning.views import draft_views
from schema_core.dialects.protocol import Inspection, Planner
from schema_core.schema.changes import Change
from schema_core.schema.plans import PlannedStatement, Policy, Step
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def plan_steps(
    before: Inspection,
    after: Inspection,
    changes: Sequence[Change],
    major: int,
    *,
    policies: frozenset[Policy] = frozenset(),
) -> tuple[Step, ...]:
    """See ``protocol.Planner.plan_steps``."""
    situation = Situation(before, after, changes, major, policies=policies)
    spread(situation)
    fold(situation)
    drafts = Drafts(situation)
    draft_types(situation, drafts)
    draft_tables(situation, drafts)
    draft_columns(situation, drafts)
    draft_keys(situation, drafts)
    draft_views(situation, drafts)
    situation.raise_refusals()
    return drafts.finish()


class PostgresPlanner:
    """See ``protocol.Planner``."""

    policies: frozenset[Policy] = frozenset({"concurrent_index", "not_valid", "not_null"})

    def plan_steps(
        self,
        before: Inspection,
        after: Inspection,
        changes: Sequence[Change],
        major: int,
        *,
        policies: frozenset[Policy] = frozenset(),
    ) -> tuple[Step, ...]:
        """See ``plan_steps``."""
        return plan_steps(before, after, changes, major, policies=policies)

    def closure(self, before: Inspection, after: Inspection, changes: Sequence[Change]) -> tuple[Realm, Realm]:
        """See ``closure.closure``."""
        return closure(before, after, changes)

    def rename(self, before: Ref, after: Ref) -> PlannedStatement:
        """See ``renaming.rename``."""
        return rename(before, after)


PLANNER: Planner = PostgresPlanner()
