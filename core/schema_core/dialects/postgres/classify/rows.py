"""Statements on rows: queries, INSERT, UPDATE, DELETE, MERGE, COPY, and what writes inside a WITH."""

from __future__ import annotations

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.creations import table_as
from schema_core.dialects.postgres.classify.names import relation
from schema_core.dialects.postgres.classify.option_words import flags
from schema_core.dialects.postgres.classify.readers import Reader, plain
from schema_core.schema.statements import Action


def _select(statement: pb.SelectStmt) -> tuple[Action, ...]:
    into = statement.into_clause if statement.HasField("into_clause") else _first_branch(statement).into_clause
    first = table_as(into) if into.HasField("rel") else Action(kind="select")
    return (*_within(statement.with_clause), first)


def _first_branch(statement: pb.SelectStmt) -> pb.SelectStmt:
    """The leftmost query of a UNION, which is the one that may say INTO."""
    while statement.HasField("larg"):
        statement = statement.larg
    return statement


def _insert(statement: pb.InsertStmt) -> tuple[Action, ...]:
    table = relation(statement.relation)
    columns = tuple(node.res_target.name for node in statement.cols)
    return (*_within(statement.with_clause), Action(kind="insert", target=table, table=table, columns=columns))


def _update(statement: pb.UpdateStmt) -> tuple[Action, ...]:
    table = relation(statement.relation)
    columns = tuple(dict.fromkeys(node.res_target.name for node in statement.target_list))
    options = flags(where=statement.HasField("where_clause"))
    action = Action(kind="update", target=table, table=table, options=options, columns=columns)
    return (*_within(statement.with_clause), action)


def _delete(statement: pb.DeleteStmt) -> tuple[Action, ...]:
    table = relation(statement.relation)
    options = flags(where=statement.HasField("where_clause"))
    return (*_within(statement.with_clause), Action(kind="delete", target=table, table=table, options=options))


def _merge(statement: pb.MergeStmt) -> tuple[Action, ...]:
    table = relation(statement.relation)
    return (*_within(statement.with_clause), Action(kind="merge", target=table, table=table))


def _copy(statement: pb.CopyStmt) -> tuple[Action, ...]:
    table = relation(statement.relation) if statement.HasField("relation") else None
    copy = Action(kind="copy", target=table, table=table, options=("from" if statement.is_from else "to",))
    return (copy, *_writes(statement.query))


def _within(clause: pb.WithClause) -> tuple[Action, ...]:
    """What the queries of a WITH clause write; those that only read are nothing of their own."""
    return tuple(action for node in clause.ctes for action in _writes(node.common_table_expr.ctequery))


def _writes(query: pb.Node) -> tuple[Action, ...]:
    reader = READERS.get(query.WhichOneof("node") or "")
    if reader is None:
        return ()
    return tuple(action for action in reader(getattr(query, query.WhichOneof("node"))) if action.kind != "select")


READERS: dict[str, Reader] = {
    "select_stmt": _select,
    "variable_show_stmt": plain("select"),
    "insert_stmt": _insert,
    "update_stmt": _update,
    "delete_stmt": _delete,
    "merge_stmt": _merge,
    "copy_stmt": _copy,
}
