"""DROP of every kind, and TRUNCATE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import kind_of, named_object, relation
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action


def _drop(statement: Any) -> tuple[Action, ...]:
    noun = kind_of(statement.remove_type)
    options = []
    if statement.concurrent:
        options.append("concurrently")
    if statement.missing_ok:
        options.append("if exists")
    if statement.behavior == pb.DROP_CASCADE:
        options.append("cascade")
    actions = []
    for node in statement.objects:
        target = named_object(noun, node)
        table = None
        if target.parent is not None:
            table = Ref("table", target.schema, None, target.parent)
        actions.append(Action(kind=f"drop {noun}", target=target, table=table, options=tuple(options)))
    return tuple(actions)


def _truncate(statement: Any) -> tuple[Action, ...]:
    options = ("cascade",) if statement.behavior == pb.DROP_CASCADE else ()
    targets = (relation(node.range_var) for node in statement.relations)
    return tuple(Action(kind="truncate", target=target, table=target, options=options) for target in targets)


def _named(noun: str, field: str) -> Callable[[Any], tuple[Action, ...]]:
    def read(statement: Any) -> tuple[Action, ...]:
        options = ("if exists",) if statement.missing_ok else ()
        target = Ref(noun, None, None, getattr(statement, field))
        return (Action(kind=f"drop {noun}", target=target, options=options),)

    return read


def _roles(statement: Any) -> tuple[Action, ...]:
    names = (node.role_spec.rolename for node in statement.roles)
    return tuple(Action(kind="drop role", target=Ref("role", None, None, name)) for name in names)


READERS: dict[str, Callable[[Any], tuple[Action, ...]]] = {
    "drop_stmt": _drop,
    "truncate_stmt": _truncate,
    "dropdb_stmt": _named("database", "dbname"),
    "drop_table_space_stmt": _named("tablespace", "tablespacename"),
    "drop_subscription_stmt": _named("subscription", "subname"),
    "drop_user_mapping_stmt": _named("user mapping", "servername"),
    "drop_role_stmt": _roles,
    "drop_owned_stmt": lambda _: (Action(kind="drop owned"),),
}
