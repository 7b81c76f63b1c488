"""Which statements PostgreSQL refuses inside a transaction block."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.schema.statements import Action

_NEVER = frozenset(
    {
        "alter system",
        "create database",
        "create tablespace",
        "drop database",
        "drop subscription",
        "drop tablespace",
        "vacuum",
    }
)
"""Kinds that are refused in every form.

DROP SUBSCRIPTION is allowed when the subscription has no replication slot, which its text does not say; running it
outside a transaction is always right.
"""

_WITH_OPTION = {
    "alter subscription": "refresh",
    "commit": "prepared",
    "create index": "concurrently",
    "create subscription": "create slot",
    "detach partition": "concurrently",
    "drop index": "concurrently",
    "reindex": "concurrently",
    "rollback": "prepared",
}
_WITH_DETAIL = {
    "alter database": frozenset({"tablespace"}),
    "alter subscription": frozenset({"failover", "two_phase"}),
    "discard": frozenset({"all"}),
    "reindex": frozenset({"database", "schema", "system"}),
}

_APART = frozenset(
    {"begin", "call", "commit", "do", "lock table", "rollback", "savepoint", "set transaction"},
)
"""Kinds that have to do with the transaction around them; procedures and DO may end it themselves."""


def transactional(actions: Sequence[Action]) -> bool:
    """Whether a statement, given by its actions, may run inside a transaction block.

    Each refusal is a call of PreventInTransactionBlock in the server's source (src/backend/tcop/utility.c and
    src/backend/commands). Two more only the server can tell, because the text does not say that a relation is
    partitioned: REINDEX and CLUSTER of one. So can a CALL or DO that ends transactions itself.
    """
    return not any(_refused(action) for action in actions)


def may_join(actions: Sequence[Action]) -> bool:
    """See ``protocol.Dialect.may_join``; a text that nobody understands joins nothing."""
    return bool(actions) and transactional(actions) and not any(action.kind in _APART for action in actions)


def _refused(action: Action) -> bool:
    if action.kind in _NEVER:
        return True
    if action.kind == "cluster":
        return action.target is None
    option = _WITH_OPTION.get(action.kind)
    if option is not None and action.has(option):
        return True
    details = (action.detail or "").split(", ")
    return not _WITH_DETAIL.get(action.kind, frozenset()).isdisjoint(details)
