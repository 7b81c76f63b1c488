"""Transactions, rows, settings, maintenance: everything that is no definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import kind_of, named_object, relation
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

Reader = Callable[[Any], tuple[Action, ...]]

_TRANSACTION = {
    pb.TRANS_STMT_BEGIN: "begin",
    pb.TRANS_STMT_START: "begin",
    pb.TRANS_STMT_COMMIT: "commit",
    pb.TRANS_STMT_ROLLBACK: "rollback",
    pb.TRANS_STMT_SAVEPOINT: "savepoint",
    pb.TRANS_STMT_RELEASE: "savepoint",
    pb.TRANS_STMT_ROLLBACK_TO: "savepoint",
    pb.TRANS_STMT_PREPARE: "commit",
    pb.TRANS_STMT_COMMIT_PREPARED: "commit",
    pb.TRANS_STMT_ROLLBACK_PREPARED: "rollback",
}
_REINDEX = {
    pb.REINDEX_OBJECT_INDEX: "index",
    pb.REINDEX_OBJECT_TABLE: "table",
    pb.REINDEX_OBJECT_SCHEMA: "schema",
    pb.REINDEX_OBJECT_SYSTEM: "system",
    pb.REINDEX_OBJECT_DATABASE: "database",
}


def _transaction(statement: Any) -> tuple[Action, ...]:
    return (Action(kind=_TRANSACTION.get(statement.kind, "begin")),)


def _set(statement: Any) -> tuple[Action, ...]:
    if statement.kind in (pb.VAR_RESET, pb.VAR_RESET_ALL):
        return (Action(kind="reset parameter", detail=statement.name or None),)
    # SET TRANSACTION and SET LOCAL last until the transaction's end; SESSION CHARACTERISTICS do not.
    local = statement.is_local or (statement.kind == pb.VAR_SET_MULTI and statement.name == "TRANSACTION")
    return (Action(kind="set parameter", detail=statement.name, options=("local",) if local else ()),)


def _reindex(statement: Any) -> tuple[Action, ...]:
    what = _REINDEX.get(statement.kind, "index")
    options = _words(statement.params)
    if what in ("index", "table"):
        target = relation(statement.relation, what)
    else:
        target = Ref(what, None, None, statement.name)
    return (
        Action(kind="reindex", target=target, table=target if what == "table" else None, options=options, detail=what),
    )


def _vacuum(statement: Any) -> tuple[Action, ...]:
    kind = "vacuum" if statement.is_vacuumcmd else "analyze"
    tables = [relation(node.vacuum_relation.relation) for node in statement.rels]
    options = _words(statement.options)
    return tuple(Action(kind=kind, target=table, table=table, options=options) for table in tables) or (
        Action(kind=kind, options=options),
    )


def _cluster(statement: Any) -> tuple[Action, ...]:
    table = relation(statement.relation) if statement.HasField("relation") else None
    return (Action(kind="cluster", target=table, table=table),)


def _rows(kind: str) -> Reader:
    def read(statement: Any) -> tuple[Action, ...]:
        table = relation(statement.relation)
        options = ("where",) if kind in ("update", "delete") and statement.HasField("where_clause") else ()
        columns = tuple(node.res_target.name for node in statement.target_list) if kind == "update" else ()
        return (Action(kind=kind, target=table, table=table, options=options, columns=columns),)

    return read


def _comment(statement: Any) -> tuple[Action, ...]:
    noun = kind_of(statement.objtype)
    target = named_object(noun, statement.object)
    table = Ref("table", target.schema, None, target.parent) if target.parent is not None else None
    return (Action(kind="comment", target=target, table=table),)


def _grant(statement: Any) -> tuple[Action, ...]:
    kind = "grant" if statement.is_grant else "revoke"
    noun = kind_of(statement.objtype)
    targets = [
        relation(node.range_var, noun) if node.WhichOneof("node") == "range_var" else named_object(noun, node)
        for node in statement.objects
    ]
    return tuple(Action(kind=kind, target=target) for target in targets) or (Action(kind=kind),)


def _grant_role(statement: Any) -> tuple[Action, ...]:
    return (Action(kind="grant" if statement.is_grant else "revoke"),)


def _lock(statement: Any) -> tuple[Action, ...]:
    tables = (relation(node.range_var) for node in statement.relations)
    return tuple(Action(kind="lock table", target=table, table=table) for table in tables)


def _copy(statement: Any) -> tuple[Action, ...]:
    table = relation(statement.relation) if statement.HasField("relation") else None
    return (Action(kind="copy", target=table, table=table),)


def _only(kind: str) -> Reader:
    return lambda _: (Action(kind=kind),)


def _words(options: Any) -> tuple[str, ...]:
    """Option names of a parenthesised list that are not switched off."""
    return tuple(
        node.def_elem.defname
        for node in options
        if not (
            node.def_elem.arg.WhichOneof("node") in ("string", "boolean")
            and (
                node.def_elem.arg.string.sval in ("off", "false")
                or (node.def_elem.arg.HasField("boolean") and not node.def_elem.arg.boolean.boolval)
            )
        )
    )


READERS: dict[str, Reader] = {
    "transaction_stmt": _transaction,
    "variable_set_stmt": _set,
    "variable_show_stmt": _only("select"),
    "reindex_stmt": _reindex,
    "vacuum_stmt": _vacuum,
    "cluster_stmt": _cluster,
    "insert_stmt": _rows("insert"),
    "update_stmt": _rows("update"),
    "delete_stmt": _rows("delete"),
    "merge_stmt": _rows("merge"),
    "select_stmt": _only("select"),
    "copy_stmt": _copy,
    "comment_stmt": _comment,
    "sec_label_stmt": _only("security label"),
    "grant_stmt": _grant,
    "grant_role_stmt": _grant_role,
    "lock_stmt": _lock,
    "do_stmt": _only("do"),
    "call_stmt": _only("call"),
    "explain_stmt": _only("explain"),
    "execute_stmt": _only("execute"),
    "prepare_stmt": _only("prepare"),
    "deallocate_stmt": _only("prepare"),
    "listen_stmt": _only("notify"),
    "unlisten_stmt": _only("notify"),
    "notify_stmt": _only("notify"),
    "check_point_stmt": _only("checkpoint"),
    "discard_stmt": _only("discard"),
    "load_stmt": _only("load"),
    "constraints_set_stmt": _only("set constraints"),
    "alter_system_stmt": _only("alter system"),
    "reassign_owned_stmt": _only("reassign owned"),
    "declare_cursor_stmt": _only("cursor"),
    "close_portal_stmt": _only("cursor"),
    "fetch_stmt": _only("cursor"),
}
