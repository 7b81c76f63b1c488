"""From two states to a plan."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.dialects.protocol import Dialect, Inspection
from schema_core.plan.order import ordered
from schema_core.schema.changes import Change
from schema_core.schema.plans import Plan


def make_plan(dialect: Dialect, before: Inspection, after: Inspection, changes: Sequence[Change], major: int) -> Plan:
    """The ordered statements that make the changes; raises UserError when there is no safe plan."""
    return ordered(dialect.plan_steps(before, after, changes, major))
