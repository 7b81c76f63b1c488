"""Transactions, settings, privileges, comments and maintenance."""

from __future__ import annotations

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import kind_of, named_object, owner_of, relation, role_name
from schema_core.dialects.postgres.classify.option_words import flags, switched_on
from schema_core.dialects.postgres.classify.readers import Reader, plain
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

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
_PREPARED = {
    pb.TRANS_STMT_PREPARE: "prepare",
    pb.TRANS_STMT_COMMIT_PREPARED: "prepared",
    pb.TRANS_STMT_ROLLBACK_PREPARED: "prepared",
}
_REINDEX = {
    pb.REINDEX_OBJECT_INDEX: "index",
    pb.REINDEX_OBJECT_TABLE: "table",
    pb.REINDEX_OBJECT_SCHEMA: "schema",
    pb.REINDEX_OBJECT_SYSTEM: "system",
    pb.REINDEX_OBJECT_DATABASE: "database",
}
_DISCARD = {
    pb.DISCARD_ALL: "all",
    pb.DISCARD_PLANS: "plans",
    pb.DISCARD_SEQUENCES: "sequences",
    pb.DISCARD_TEMP: "temp",
}


def _transaction(statement: pb.TransactionStmt) -> tuple[Action, ...]:
    prepared = _PREPARED.get(statement.kind)
    return (
        Action(
            kind=_TRANSACTION.get(statement.kind, "begin"),
            options=(prepared,) if prepared else (),
            detail=statement.savepoint_name or None,
        ),
    )


def _set(statement: pb.VariableSetStmt) -> tuple[Action, ...]:
    if statement.kind in (pb.VAR_RESET, pb.VAR_RESET_ALL):
        return (Action(kind="reset parameter", detail=statement.name or None),)
    if statement.kind == pb.VAR_SET_MULTI and statement.name.startswith("TRANSACTION"):
        return (Action(kind="set transaction"),)
    return (Action(kind="set parameter", detail=statement.name, options=flags(local=statement.is_local)),)


def _reindex(statement: pb.ReindexStmt) -> tuple[Action, ...]:
    what = _REINDEX.get(statement.kind, "index")
    target: Ref | None = None
    if what in ("index", "table"):
        target = relation(statement.relation, what)
    elif statement.name:
        target = Ref("schema" if what == "schema" else "database", None, None, statement.name)
    return (
        Action(
            kind="reindex",
            target=target,
            table=target if what == "table" else None,
            options=switched_on(statement.params),
            detail=what,
        ),
    )


def _vacuum(statement: pb.VacuumStmt) -> tuple[Action, ...]:
    kind = "vacuum" if statement.is_vacuumcmd else "analyze"
    options = switched_on(statement.options)
    tables = [relation(node.vacuum_relation.relation) for node in statement.rels]
    return tuple(Action(kind=kind, target=table, table=table, options=options) for table in tables) or (
        Action(kind=kind, options=options),
    )


def _cluster(statement: pb.ClusterStmt) -> tuple[Action, ...]:
    table = relation(statement.relation) if statement.HasField("relation") else None
    return (
        Action(
            kind="cluster",
            target=table,
            table=table,
            options=switched_on(statement.params),
            detail=statement.indexname or None,
        ),
    )


def _comment(statement: pb.CommentStmt) -> tuple[Action, ...]:
    target = named_object(kind_of(statement.objtype), statement.object)
    return (Action(kind="comment", target=target, table=owner_of(target)),)


def _label(statement: pb.SecLabelStmt) -> tuple[Action, ...]:
    target = named_object(kind_of(statement.objtype), statement.object)
    return (Action(kind="security label", target=target, table=owner_of(target)),)


def _grant(statement: pb.GrantStmt) -> tuple[Action, ...]:
    in_schema = statement.targtype == pb.ACL_TARGET_ALL_IN_SCHEMA
    noun = "schema" if in_schema else kind_of(statement.objtype)
    privileges = ", ".join(node.access_priv.priv_name for node in statement.privileges)
    kind = "grant" if statement.is_grant else "revoke"
    options = flags(all_in_schema=in_schema, grant_option=statement.grant_option)
    detail = privileges or "all"
    targets = [named_object(noun, node) for node in statement.objects]
    return tuple(Action(kind=kind, target=target, options=options, detail=detail) for target in targets) or (
        Action(kind=kind, options=options, detail=detail),
    )


def _grant_role(statement: pb.GrantRoleStmt) -> tuple[Action, ...]:
    kind = "grant" if statement.is_grant else "revoke"
    roles = (Ref("role", None, None, node.access_priv.priv_name) for node in statement.granted_roles)
    return tuple(Action(kind=kind, target=role) for role in roles)


def _lock(statement: pb.LockStmt) -> tuple[Action, ...]:
    tables = (relation(node.range_var) for node in statement.relations)
    return tuple(
        Action(kind="lock table", target=table, table=table, options=flags(nowait=statement.nowait)) for table in tables
    )


def _reassign(statement: pb.ReassignOwnedStmt) -> tuple[Action, ...]:
    roles = (Ref("role", None, None, role_name(node.role_spec)) for node in statement.roles)
    return tuple(Action(kind="reassign owned", target=role, detail=role_name(statement.newrole)) for role in roles)


def _discard(statement: pb.DiscardStmt) -> tuple[Action, ...]:
    return (Action(kind="discard", detail=_DISCARD.get(statement.target)),)


def _system(statement: pb.AlterSystemStmt) -> tuple[Action, ...]:
    return (Action(kind="alter system", detail=statement.setstmt.name or None),)


READERS: dict[str, Reader] = {
    "transaction_stmt": _transaction,
    "variable_set_stmt": _set,
    "reindex_stmt": _reindex,
    "vacuum_stmt": _vacuum,
    "cluster_stmt": _cluster,
    "comment_stmt": _comment,
    "sec_label_stmt": _label,
    "grant_stmt": _grant,
    "grant_role_stmt": _grant_role,
    "alter_default_privileges_stmt": plain("alter default privileges"),
    "lock_stmt": _lock,
    "reassign_owned_stmt": _reassign,
    "alter_system_stmt": _system,
    "discard_stmt": _discard,
    "do_stmt": plain("do"),
    "call_stmt": plain("call"),
    "prepare_stmt": plain("prepare"),
    "execute_stmt": plain("execute"),
    "deallocate_stmt": plain("deallocate"),
    "listen_stmt": plain("notify"),
    "unlisten_stmt": plain("notify"),
    "notify_stmt": plain("notify"),
    "check_point_stmt": plain("checkpoint"),
    "load_stmt": plain("load"),
    "constraints_set_stmt": plain("set constraints"),
    "declare_cursor_stmt": plain("cursor"),
    "close_portal_stmt": plain("cursor"),
    "fetch_stmt": plain("cursor"),
}
