"""DROP of every kind, and TRUNCATE."""

from __future__ import annotations

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import kind_of, named_object, owner_of, relation, role_name
from schema_core.dialects.postgres.classify.option_words import cascades, flags
from schema_core.dialects.postgres.classify.readers import Reader
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action


def _drop(statement: pb.DropStmt) -> tuple[Action, ...]:
    noun = kind_of(statement.remove_type)
    options = flags(
        concurrently=statement.concurrent, if_exists=statement.missing_ok, cascade=cascades(statement.behavior)
    )
    targets = [named_object(noun, node) for node in statement.objects]
    return tuple(
        Action(kind=f"drop {noun}", target=target, table=owner_of(target), options=options) for target in targets
    )


def _truncate(statement: pb.TruncateStmt) -> tuple[Action, ...]:
    options = flags(cascade=cascades(statement.behavior), restart_identity=statement.restart_seqs)
    targets = (relation(node.range_var) for node in statement.relations)
    return tuple(Action(kind="truncate", target=target, table=target, options=options) for target in targets)


def _database(statement: pb.DropdbStmt) -> tuple[Action, ...]:
    return _one("database", statement.dbname, missing_ok=statement.missing_ok)


def _tablespace(statement: pb.DropTableSpaceStmt) -> tuple[Action, ...]:
    return _one("tablespace", statement.tablespacename, missing_ok=statement.missing_ok)


def _subscription(statement: pb.DropSubscriptionStmt) -> tuple[Action, ...]:
    return _one("subscription", statement.subname, missing_ok=statement.missing_ok)


def _one(noun: str, name: str, *, missing_ok: bool) -> tuple[Action, ...]:
    target = Ref(noun, None, None, name)
    return (Action(kind=f"drop {noun}", target=target, options=flags(if_exists=missing_ok)),)


def _roles(statement: pb.DropRoleStmt) -> tuple[Action, ...]:
    options = flags(if_exists=statement.missing_ok)
    roles = (Ref("role", None, None, role_name(node.role_spec)) for node in statement.roles)
    return tuple(Action(kind="drop role", target=role, options=options) for role in roles)


def _owned(statement: pb.DropOwnedStmt) -> tuple[Action, ...]:
    options = flags(cascade=cascades(statement.behavior))
    roles = (Ref("role", None, None, role_name(node.role_spec)) for node in statement.roles)
    return tuple(Action(kind="drop owned", target=role, options=options) for role in roles)


READERS: dict[str, Reader] = {
    "drop_stmt": _drop,
    "truncate_stmt": _truncate,
    "dropdb_stmt": _database,
    "drop_table_space_stmt": _tablespace,
    "drop_subscription_stmt": _subscription,
    "drop_role_stmt": _roles,
    "drop_owned_stmt": _owned,
}
