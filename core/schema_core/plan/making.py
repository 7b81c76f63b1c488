"""From two states to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from schema_core.dialects.protocol import Dialect, Inspection, Planner
from schema_core.plan.order import ordered
from schema_core.schema.changes import Change
from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan, Policy


def make_plan(
    dialect: Dialect,
    before: Inspection,
    after: Inspection,
    changes: Sequence[Change],
    major: int,
    *,
    policies: frozenset[Policy] = frozenset(),
) -> Plan:
    """The ordered statements that make the changes; raises UserError when there is no safe plan."""
    planner = planner_of(dialect)
    if unknown := sorted(policies - planner.policies):
        raise UserError(f"{dialect.title} knows no policy {unknown[0]}; leave it out.")
    return ordered(planner.plan_steps(before, after, changes, major, policies=policies))


def parse_policies(names: Sequence[str]) -> frozenset[Policy]:
    """The policies of these names; raises UserError for one that there is none of."""
    known = get_args(Policy)
    if unknown := sorted(set(names) - set(known)):
        raise UserError(f"--policy takes {', '.join(known)}, not {unknown[0]!r}.")
    return frozenset(policy for policy in known if policy in names)


def planner_of(dialect: Dialect) -> Planner:
    """The engine's planner; raises UserError for an engine that has none."""
    if dialect.planner is None:
        raise UserError(f"Changes of {dialect.title} schemas cannot be planned yet.")
    return dialect.planner
