"""ALTER TABLE and its kin: one action for each subcommand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import child, kind_of, relation, strings, type_text
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

_CASCADE = pb.DROP_CASCADE
_COLUMN_KINDS = {
    "AT_DropNotNull": "drop not null",
    "AT_SetNotNull": "set not null",
    "AT_SetExpression": "set expression",
    "AT_DropExpression": "drop expression",
    "AT_SetStatistics": "set statistics",
    "AT_SetOptions": "set column options",
    "AT_ResetOptions": "set column options",
    "AT_SetStorage": "set storage",
    "AT_SetCompression": "set compression",
    "AT_AddIdentity": "add identity",
    "AT_SetIdentity": "set identity",
    "AT_DropIdentity": "drop identity",
    "AT_AlterColumnGenericOptions": "set column options",
}
_TABLE_KINDS = {
    "AT_ChangeOwner": "owner",
    "AT_ClusterOn": "cluster on",
    "AT_DropCluster": "set without cluster",
    "AT_SetLogged": "set logged",
    "AT_SetUnLogged": "set unlogged",
    "AT_DropOids": "set options",
    "AT_SetAccessMethod": "set access method",
    "AT_SetTableSpace": "set tablespace",
    "AT_SetRelOptions": "set options",
    "AT_ResetRelOptions": "reset options",
    "AT_ReplaceRelOptions": "set options",
    "AT_AddOf": "alter table",
    "AT_DropOf": "alter table",
    "AT_ReplicaIdentity": "replica identity",
    "AT_EnableRowSecurity": "enable row security",
    "AT_DisableRowSecurity": "disable row security",
    "AT_ForceRowSecurity": "force row security",
    "AT_NoForceRowSecurity": "no force row security",
    "AT_GenericOptions": "set options",
}
_CONSTRAINTS = {
    pb.CONSTR_PRIMARY: ("add primary key", "primary key"),
    pb.CONSTR_UNIQUE: ("add unique", "unique constraint"),
    pb.CONSTR_CHECK: ("add check", "check constraint"),
    pb.CONSTR_FOREIGN: ("add foreign key", "foreign key"),
    pb.CONSTR_EXCLUSION: ("add exclusion", "exclusion constraint"),
    pb.CONSTR_NOTNULL: ("add not null", "not null constraint"),
}
_SERIAL = ("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8")


def add_column(table: Ref, definition: Any, extra: tuple[str, ...] = ()) -> Action:
    """ADD COLUMN with what its definition carries."""
    options = list(extra)
    type_words = type_text(definition.type_name)
    if type_words in _SERIAL:
        options.append("serial")
    if definition.HasField("coll_clause"):
        options.append("collate")
    for node in definition.constraints:
        constraint = node.constraint
        match constraint.contype:
            case pb.CONSTR_NOTNULL:
                options.append("not null")
            case pb.CONSTR_NULL:
                options.append("null")
            case pb.CONSTR_DEFAULT:
                options.append("default")
            case pb.CONSTR_IDENTITY:
                options.append("identity")
            case pb.CONSTR_GENERATED:
                options.append("generated virtual" if constraint.generated_kind == "v" else "generated stored")
            case pb.CONSTR_CHECK:
                options.append("check")
            case pb.CONSTR_PRIMARY:
                options.append("primary key")
            case pb.CONSTR_UNIQUE:
                options.append("unique")
            case pb.CONSTR_FOREIGN:
                options.append("references")
            case _:
                pass
    name = definition.colname
    return Action(
        kind="add column",
        target=child(table, "column", name),
        table=table,
        options=tuple(options),
        columns=(name,),
        detail=type_words,
    )


def add_constraint(table: Ref, constraint: Any) -> Action:
    """ADD CONSTRAINT of any type."""
    kind, noun = _CONSTRAINTS.get(constraint.contype, ("alter table", "constraint"))
    options = []
    if constraint.skip_validation:
        options.append("not valid")
    if constraint.indexname:
        options.append("using index")
    if constraint.deferrable:
        options.append("deferrable")
    if constraint.is_no_inherit:
        options.append("no inherit")
    if kind in ("add check", "add foreign key") and not constraint.is_enforced:
        options.append("not enforced")
    columns = strings(constraint.fk_attrs if kind == "add foreign key" else constraint.keys)
    detail = None
    if kind == "add foreign key":
        detail = ".".join(part for part in (constraint.pktable.schemaname, constraint.pktable.relname) if part)
    elif constraint.indexname:
        detail = constraint.indexname
    return Action(
        kind=kind,
        target=child(table, noun, constraint.conname),
        table=table,
        options=tuple(options),
        columns=tuple(columns),
        detail=detail,
    )


def _alter_table(statement: Any) -> tuple[Action, ...]:
    kind = kind_of(statement.objtype)
    if kind in ("type", "index", "sequence", "view"):
        return tuple(_other_relation(kind, statement, node.alter_table_cmd) for node in statement.cmds)
    table = relation(statement.relation, kind)
    shared = []
    if not statement.relation.inh:
        shared.append("only")
    if statement.missing_ok:
        shared.append("if exists")
    actions = (_subcommand(table, node.alter_table_cmd) for node in statement.cmds)
    return tuple(msgspec.structs.replace(action, options=(*action.options, *shared)) for action in actions)


def _other_relation(kind: str, statement: Any, command: Any) -> Action:
    """ALTER INDEX, ALTER SEQUENCE, ALTER VIEW and ALTER TYPE share the node with ALTER TABLE."""
    target = relation(statement.relation, "composite type" if kind == "type" else kind)
    subtype = pb.AlterTableType.Name(command.subtype)
    if subtype == "AT_AttachPartition":
        return Action(kind="alter index attach partition", target=target, table=None)
    if subtype in _TABLE_KINDS and kind != "type":
        return Action(kind=_TABLE_KINDS[subtype], target=target, table=target, detail=_argument(command))
    options = ("cascade",) if command.behavior == _CASCADE else ()
    detail = subtype.removeprefix("AT_")
    return Action(kind=f"alter {target.kind}", target=target, options=options, detail=detail)


def _subcommand(table: Ref, command: Any) -> Action:
    subtype = pb.AlterTableType.Name(command.subtype)
    cascade = ("cascade",) if command.behavior == _CASCADE else ()
    missing = ("if exists",) if command.missing_ok else ()
    column = child(table, "column", command.name)
    if subtype in _COLUMN_KINDS:
        return Action(kind=_COLUMN_KINDS[subtype], target=column, table=table, columns=(command.name,))
    if subtype in _TABLE_KINDS:
        return Action(kind=_TABLE_KINDS[subtype], target=table, table=table, detail=_argument(command))
    special = _SPECIAL.get(subtype)
    if special is not None:
        return special(table, command)
    match subtype:
        case "AT_ColumnDefault":
            kind = "set default" if command.HasField("def") else "drop default"
            return Action(kind=kind, target=column, table=table, columns=(command.name,))
        case "AT_DropColumn":
            return Action(
                kind="drop column", target=column, table=table, columns=(command.name,), options=(*missing, *cascade)
            )
        case "AT_ValidateConstraint":
            return Action(kind="validate constraint", target=child(table, "constraint", command.name), table=table)
        case "AT_DropConstraint":
            target = child(table, "constraint", command.name)
            return Action(kind="drop constraint", target=target, table=table, options=(*missing, *cascade))
        case _:
            pass
    words = subtype.removeprefix("AT_")
    for prefix, noun in (
        ("EnableReplica", "enable"),
        ("EnableAlways", "enable"),
        ("Enable", "enable"),
        ("Disable", "disable"),
    ):
        if words.startswith(prefix):
            what = "rule" if "Rule" in words else "trigger"
            return Action(kind=f"{noun} {what}", target=child(table, what, command.name), table=table)
    return Action(kind="alter table", target=table, table=table, detail=words)


def _add_column(table: Ref, command: Any) -> Action:
    definition = getattr(command, "def").column_def
    return add_column(table, definition, ("if not exists",) if command.missing_ok else ())


def _add_constraint(table: Ref, command: Any) -> Action:
    return add_constraint(table, getattr(command, "def").constraint)


def _alter_type(table: Ref, command: Any) -> Action:
    definition = getattr(command, "def").column_def
    options = [
        name for name, field in (("using", "raw_default"), ("collate", "coll_clause")) if definition.HasField(field)
    ]
    return Action(
        kind="alter column type",
        target=child(table, "column", command.name),
        table=table,
        columns=(command.name,),
        options=tuple(options),
        detail=type_text(definition.type_name),
    )


def _alter_constraint(table: Ref, command: Any) -> Action:
    definition = getattr(command, "def")
    name = definition.atalter_constraint.conname if definition.HasField("atalter_constraint") else command.name
    return Action(kind="alter constraint", target=child(table, "constraint", name), table=table)


def _partition(table: Ref, command: Any) -> Action:
    partition = getattr(command, "def").partition_cmd
    subtype = pb.AlterTableType.Name(command.subtype)
    options = ["concurrently"] if partition.concurrent else []
    if subtype == "AT_DetachPartitionFinalize":
        options.append("finalize")
    kind = "attach partition" if subtype == "AT_AttachPartition" else "detach partition"
    return Action(kind=kind, target=relation(partition.name), table=table, options=tuple(options))


def _inherit(table: Ref, command: Any) -> Action:
    kind = "inherit" if command.subtype == pb.AT_AddInherit else "no inherit"
    return Action(kind=kind, target=relation(getattr(command, "def").range_var), table=table)


_SPECIAL: dict[str, Callable[[Ref, Any], Action]] = {
    "AT_AddColumn": _add_column,
    "AT_AddConstraint": _add_constraint,
    "AT_AlterColumnType": _alter_type,
    "AT_AlterConstraint": _alter_constraint,
    "AT_AttachPartition": _partition,
    "AT_DetachPartition": _partition,
    "AT_DetachPartitionFinalize": _partition,
    "AT_AddInherit": _inherit,
    "AT_DropInherit": _inherit,
}


def _argument(command: Any) -> str | None:
    if command.name:
        return str(command.name)
    definition = getattr(command, "def")
    if definition.WhichOneof("node") == "list":
        return ", ".join(item.def_elem.defname for item in definition.list.items) or None
    return None


READERS: dict[str, Callable[[Any], tuple[Action, ...]]] = {"alter_table_stmt": _alter_table}
