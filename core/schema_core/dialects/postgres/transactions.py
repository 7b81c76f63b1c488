"""Which statements PostgreSQL refuses inside a transaction block."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.schema.statements import Action

_NEVER = frozenset(
    {"create database", "drop database", "create tablespace", "drop tablespace", "alter system", "vacuum"}
)
_WHEN_CONCURRENT = frozenset({"create index", "drop index", "reindex", "detach partition"})


def transactional(actions: Sequence[Action]) -> bool:
    """Whether a statement may run inside a transaction block.

    Every refusal is a call of PreventInTransactionBlock in the server's source (src/backend/tcop/utility.c and
    src/backend/commands); REINDEX of more than one table and CLUSTER without a table commit after each.
    """
    return not any(_refused(action) for action in actions)


def _refused(action: Action) -> bool:
    if action.kind in _NEVER:
        return True
    if action.kind in _WHEN_CONCURRENT and action.has("concurrently"):
        return True
    if action.kind == "reindex":
        return action.detail in ("schema", "database", "system")
    if action.kind == "cluster":
        return action.target is None
    return action.kind in ("create subscription", "drop subscription")
