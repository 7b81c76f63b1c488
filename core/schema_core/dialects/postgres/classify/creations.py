"""CREATE TABLE, CREATE INDEX, views, and what else makes relations or belongs to one."""

from __future__ import annotations

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.columns_and_constraints import column_options
from schema_core.dialects.postgres.classify.names import child, dotted, relation, strings
from schema_core.dialects.postgres.classify.option_words import flags
from schema_core.dialects.postgres.classify.readers import Reader
from schema_core.schema.statements import Action


def _table(statement: pb.CreateStmt) -> tuple[Action, ...]:
    parents = [relation(node.range_var) for node in statement.inh_relations]
    partition = statement.HasField("partbound")
    return (
        Action(
            kind="create table",
            target=relation(statement.relation),
            table=parents[0] if parents else None,
            options=(
                *_persistence(statement.relation),
                *flags(
                    if_not_exists=statement.if_not_exists,
                    partition_of=partition,
                    default=partition and statement.partbound.is_default,
                    partition_by=statement.HasField("partspec"),
                    like=any(node.HasField("table_like_clause") for node in statement.table_elts),
                    inherits=bool(parents) and not partition,
                    references=any(_references(node) for node in (*statement.table_elts, *statement.constraints)),
                ),
            ),
        ),
    )


def _references(element: pb.Node) -> bool:
    """Whether an element of CREATE TABLE is or holds a foreign key."""
    if element.HasField("constraint"):
        return bool(element.constraint.contype == pb.CONSTR_FOREIGN)
    return element.HasField("column_def") and "references" in column_options(element.column_def)


def _foreign_table(statement: pb.CreateForeignTableStmt) -> tuple[Action, ...]:
    table = statement.base_stmt
    options = flags(if_not_exists=table.if_not_exists)
    return (
        Action(
            kind="create foreign table",
            target=relation(table.relation, "foreign table"),
            options=options,
            detail=statement.servername,
        ),
    )


def table_as(into: pb.IntoClause, options: tuple[str, ...] = ()) -> Action:
    """A table that is created from a query: CREATE TABLE AS and SELECT INTO."""
    return Action(
        kind="create table",
        target=relation(into.rel),
        options=("as", *_persistence(into.rel), *options, *flags(with_no_data=into.skip_data)),
    )


def _from_query(statement: pb.CreateTableAsStmt) -> tuple[Action, ...]:
    into = statement.into
    options = flags(if_not_exists=statement.if_not_exists)
    if statement.objtype != pb.OBJECT_MATVIEW:
        return (table_as(into, options),)
    return (
        Action(
            kind="create materialized view",
            target=relation(into.rel, "materialized view"),
            options=(*options, *flags(with_no_data=into.skip_data)),
        ),
    )


def _index(statement: pb.IndexStmt) -> tuple[Action, ...]:
    table = relation(statement.relation)
    return (
        Action(
            kind="create index",
            target=child(table, "index", statement.idxname),
            table=table,
            options=flags(
                concurrently=statement.concurrent,
                unique=statement.unique,
                if_not_exists=statement.if_not_exists,
                only=not statement.relation.inh,
            ),
            columns=tuple(node.index_elem.name for node in statement.index_params if node.index_elem.name),
            detail=statement.access_method or None,
        ),
    )


def _view(statement: pb.ViewStmt) -> tuple[Action, ...]:
    options = (*_persistence(statement.view), *flags(or_replace=statement.replace))
    return (Action(kind="create view", target=relation(statement.view, "view"), options=options),)


def _refresh(statement: pb.RefreshMatViewStmt) -> tuple[Action, ...]:
    options = flags(concurrently=statement.concurrent, with_no_data=statement.skip_data)
    target = relation(statement.relation, "materialized view")
    return (Action(kind="refresh materialized view", target=target, table=target, options=options),)


def _sequence(statement: pb.CreateSeqStmt) -> tuple[Action, ...]:
    options = (*_persistence(statement.sequence), *flags(if_not_exists=statement.if_not_exists))
    return (Action(kind="create sequence", target=relation(statement.sequence, "sequence"), options=options),)


def _statistics(statement: pb.CreateStatsStmt) -> tuple[Action, ...]:
    tables = [relation(node.range_var) for node in statement.relations if node.HasField("range_var")]
    return (
        Action(
            kind="create statistics",
            target=dotted("statistics", strings(statement.defnames)),
            table=tables[0] if tables else None,
            options=flags(if_not_exists=statement.if_not_exists),
        ),
    )


def _trigger(statement: pb.CreateTrigStmt) -> tuple[Action, ...]:
    table = relation(statement.relation)
    return (
        Action(
            kind="create trigger",
            target=child(table, "trigger", statement.trigname),
            table=table,
            options=flags(or_replace=statement.replace, constraint=statement.isconstraint),
        ),
    )


def _policy(statement: pb.CreatePolicyStmt) -> tuple[Action, ...]:
    table = relation(statement.table)
    return (Action(kind="create policy", target=child(table, "policy", statement.policy_name), table=table),)


def _rule(statement: pb.RuleStmt) -> tuple[Action, ...]:
    table = relation(statement.relation)
    options = flags(or_replace=statement.replace)
    return (Action(kind="create rule", target=child(table, "rule", statement.rulename), table=table, options=options),)


def _persistence(range_var: pb.RangeVar) -> tuple[str, ...]:
    return flags(temporary=range_var.relpersistence == "t", unlogged=range_var.relpersistence == "u")


READERS: dict[str, Reader] = {
    "create_stmt": _table,
    "create_foreign_table_stmt": _foreign_table,
    "create_table_as_stmt": _from_query,
    "index_stmt": _index,
    "view_stmt": _view,
    "refresh_mat_view_stmt": _refresh,
    "create_seq_stmt": _sequence,
    "create_stats_stmt": _statistics,
    "create_trig_stmt": _trigger,
    "create_policy_stmt": _policy,
    "rule_stmt": _rule,
}
