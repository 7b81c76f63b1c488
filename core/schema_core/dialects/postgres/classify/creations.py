"""CREATE TABLE, CREATE INDEX, views, and what else makes relations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import child, dotted, relation, strings
from schema_core.schema.statements import Action


def _table(statement: Any) -> tuple[Action, ...]:
    target = relation(statement.relation)
    options = _persistence(statement.relation)
    if statement.if_not_exists:
        options.append("if not exists")
    parent = None
    if statement.HasField("partbound"):
        options.append("partition of")
    elif statement.inh_relations:
        options.append("inherits")
    if statement.inh_relations:
        parent = relation(statement.inh_relations[0].range_var)
    if any(node.WhichOneof("node") == "table_like_clause" for node in statement.table_elts):
        options.append("like")
    return (Action(kind="create table", target=target, table=parent, options=tuple(options)),)


def _foreign_table(statement: Any) -> tuple[Action, ...]:
    return (Action(kind="create foreign table", target=relation(statement.base_stmt.relation, "foreign table")),)


def _table_as(statement: Any) -> tuple[Action, ...]:
    into = statement.into
    options = _persistence(into.rel)
    if statement.if_not_exists:
        options.append("if not exists")
    if into.skip_data:
        options.append("with no data")
    if statement.objtype == pb.OBJECT_MATVIEW:
        target = relation(into.rel, "materialized view")
        return (Action(kind="create materialized view", target=target, options=tuple(options)),)
    return (Action(kind="create table", target=relation(into.rel), options=("as", *options)),)


def _index(statement: Any) -> tuple[Action, ...]:
    table = relation(statement.relation)
    options = []
    if statement.concurrent:
        options.append("concurrently")
    if statement.unique:
        options.append("unique")
    if statement.if_not_exists:
        options.append("if not exists")
    if not statement.relation.inh:
        options.append("only")
    columns = tuple(node.index_elem.name for node in statement.index_params if node.index_elem.name)
    return (
        Action(
            kind="create index",
            target=child(table, "index", statement.idxname),
            table=table,
            options=tuple(options),
            columns=columns,
            detail=statement.access_method or None,
        ),
    )


def _view(statement: Any) -> tuple[Action, ...]:
    options = _persistence(statement.view)
    if statement.replace:
        options.append("or replace")
    return (Action(kind="create view", target=relation(statement.view, "view"), options=tuple(options)),)


def _refresh(statement: Any) -> tuple[Action, ...]:
    options = []
    if statement.concurrent:
        options.append("concurrently")
    if statement.skip_data:
        options.append("with no data")
    target = relation(statement.relation, "materialized view")
    return (Action(kind="refresh materialized view", target=target, options=tuple(options)),)


def _sequence(statement: Any) -> tuple[Action, ...]:
    options = ("if not exists",) if statement.if_not_exists else ()
    return (Action(kind="create sequence", target=relation(statement.sequence, "sequence"), options=options),)


def _trigger(statement: Any) -> tuple[Action, ...]:
    table = relation(statement.relation)
    options = []
    if statement.replace:
        options.append("or replace")
    if statement.isconstraint:
        options.append("constraint")
    target = child(table, "trigger", statement.trigname)
    return (Action(kind="create trigger", target=target, table=table, options=tuple(options)),)


def _policy(statement: Any) -> tuple[Action, ...]:
    table = relation(statement.table)
    return (Action(kind="create policy", target=child(table, "policy", statement.policy_name), table=table),)


def _alter_policy(statement: Any) -> tuple[Action, ...]:
    table = relation(statement.table)
    return (Action(kind="alter policy", target=child(table, "policy", statement.policy_name), table=table),)


def _rule(statement: Any) -> tuple[Action, ...]:
    table = relation(statement.relation)
    options = ("or replace",) if statement.replace else ()
    target = child(table, "rule", statement.rulename)
    return (Action(kind="create rule", target=target, table=table, options=options),)


def _domain_alteration(statement: Any) -> tuple[Action, ...]:
    kinds = {"T": "default", "N": "drop not null", "O": "set not null", "C": "add constraint", "X": "drop constraint"}
    kinds["V"] = "validate constraint"
    detail = kinds.get(statement.subtype, "default")
    options = []
    definition = getattr(statement, "def")
    if definition.WhichOneof("node") == "constraint" and definition.constraint.skip_validation:
        options.append("not valid")
    target = dotted("domain", strings(statement.type_name))
    return (Action(kind="alter domain", target=target, detail=detail, options=tuple(options)),)


def _persistence(range_var: Any) -> list[str]:
    return {"t": ["temporary"], "u": ["unlogged"]}.get(range_var.relpersistence, [])


READERS: dict[str, Callable[[Any], tuple[Action, ...]]] = {
    "create_stmt": _table,
    "create_foreign_table_stmt": _foreign_table,
    "create_table_as_stmt": _table_as,
    "index_stmt": _index,
    "view_stmt": _view,
    "refresh_mat_view_stmt": _refresh,
    "create_seq_stmt": _sequence,
    "create_trig_stmt": _trigger,
    "create_policy_stmt": _policy,
    "alter_policy_stmt": _alter_policy,
    "rule_stmt": _rule,
    "alter_domain_stmt": _domain_alteration,
}
