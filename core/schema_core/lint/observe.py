"""From a dialect's effects to an observation: what changed is computed here, once, for every engine."""

from __future__ import annotations

from schema_core.dialects.protocol import Effects
from schema_core.diff.compare import compare_by_identity
from schema_core.schema.observations import Observation, StatementError


def observation(effects: Effects) -> Observation:
    """The observation of a statement that succeeded."""
    return Observation(
        certainty=effects.certainty,
        in_transaction=effects.in_transaction,
        duration_ms=round(effects.duration_ms, 3),
        locks=effects.locks,
        rewrites=effects.rewrites,
        scans=effects.scans,
        index_builds=effects.index_builds,
        changes=compare_by_identity(effects.before, effects.after, effects.identities_before, effects.identities_after),
        notices=effects.notices,
        unmodelled=tuple(item.ref.label() for item in effects.unmodelled),
    )


def nothing_seen() -> Observation:
    """The observation of a statement that was not executed because it only opens or ends a transaction."""
    return Observation(certainty="observed", in_transaction=True, duration_ms=0.0)


def failure(error: StatementError) -> Observation:
    """The observation of a statement that the server refused."""
    return Observation(certainty="observed", in_transaction=True, duration_ms=0.0, error=error)
