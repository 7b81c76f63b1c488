"""ALTER TABLE and its kin: one action for each subcommand."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.columns_and_constraints import add_column, add_constraint
from schema_core.dialects.postgres.classify.names import child, kind_of, relation, role_name
from schema_core.dialects.postgres.classify.option_words import cascades, flags, literal, names
from schema_core.dialects.postgres.classify.readers import Reader
from schema_core.dialects.postgres.classify.type_names import type_text
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

Subcommand = Callable[[Ref, pb.AlterTableCmd], Action]

_WITH_COLUMNS = frozenset({"table", "materialized view", "foreign table", "view"})
_COLUMN_KINDS = {
    pb.AT_DropNotNull: "drop not null",
    pb.AT_SetNotNull: "set not null",
    pb.AT_SetExpression: "set expression",
    pb.AT_DropExpression: "drop expression",
    pb.AT_SetStatistics: "set statistics",
    pb.AT_SetOptions: "set column options",
    pb.AT_ResetOptions: "set column options",
    pb.AT_SetStorage: "set storage",
    pb.AT_SetCompression: "set compression",
    pb.AT_AddIdentity: "add identity",
    pb.AT_SetIdentity: "set identity",
    pb.AT_DropIdentity: "drop identity",
    pb.AT_AlterColumnGenericOptions: "set column options",
    pb.AT_DropColumn: "drop column",
}
_TABLE_KINDS = {
    pb.AT_ChangeOwner: "owner",
    pb.AT_ClusterOn: "cluster on",
    pb.AT_DropCluster: "set without cluster",
    pb.AT_SetLogged: "set logged",
    pb.AT_SetUnLogged: "set unlogged",
    pb.AT_DropOids: "set without oids",
    pb.AT_SetAccessMethod: "set access method",
    pb.AT_SetTableSpace: "set tablespace",
    pb.AT_SetRelOptions: "set options",
    pb.AT_ResetRelOptions: "reset options",
    pb.AT_ReplaceRelOptions: "set options",
    pb.AT_GenericOptions: "set options",
    pb.AT_ReplicaIdentity: "replica identity",
    pb.AT_EnableRowSecurity: "enable row security",
    pb.AT_DisableRowSecurity: "disable row security",
    pb.AT_ForceRowSecurity: "force row security",
    pb.AT_NoForceRowSecurity: "no force row security",
}
_SWITCHES = {
    pb.AT_EnableTrig: ("enable trigger", None),
    pb.AT_EnableAlwaysTrig: ("enable trigger", "always"),
    pb.AT_EnableReplicaTrig: ("enable trigger", "replica"),
    pb.AT_DisableTrig: ("disable trigger", None),
    pb.AT_EnableTrigAll: ("enable trigger", "all"),
    pb.AT_DisableTrigAll: ("disable trigger", "all"),
    pb.AT_EnableTrigUser: ("enable trigger", "user"),
    pb.AT_DisableTrigUser: ("disable trigger", "user"),
    pb.AT_EnableRule: ("enable rule", None),
    pb.AT_EnableAlwaysRule: ("enable rule", "always"),
    pb.AT_EnableReplicaRule: ("enable rule", "replica"),
    pb.AT_DisableRule: ("disable rule", None),
}
_REPLICA_IDENTITY = {"d": "default", "f": "full", "n": "nothing", "i": "index"}


def _alter(statement: pb.AlterTableStmt) -> tuple[Action, ...]:
    kind = kind_of(statement.objtype)
    target = relation(statement.relation, "composite type" if kind == "type" else kind)
    # The parser leaves the flag of ONLY unset for composite types, which have no children.
    only = target.kind in _WITH_COLUMNS and not statement.relation.inh
    shared = flags(only=only, if_exists=statement.missing_ok)
    return tuple(_with(_subcommand(target, node.alter_table_cmd), shared) for node in statement.cmds)


def _with(action: Action, shared: tuple[str, ...]) -> Action:
    if not shared:
        return action
    return msgspec.structs.replace(action, options=tuple(dict.fromkeys((*action.options, *shared))))


def _subcommand(target: Ref, command: pb.AlterTableCmd) -> Action:
    if target.kind == "composite type":
        return _attribute(target, command)
    if target.kind not in _WITH_COLUMNS:
        return _without_columns(target, command)
    read = _SUBCOMMANDS.get(command.subtype)
    if read is not None:
        return read(target, command)
    return Action(kind=f"alter {target.kind}", target=target, table=target, detail=_words(command.subtype))


def _column(kind: str) -> Subcommand:
    """A subcommand on one column."""

    def read(table: Ref, command: pb.AlterTableCmd) -> Action:
        return Action(
            kind=kind,
            target=child(table, "column", command.name),
            table=table,
            columns=(command.name,),
            options=flags(if_exists=command.missing_ok, cascade=cascades(command.behavior)),
            detail=_argument(command),
        )

    return read


def _whole(kind: str) -> Subcommand:
    """A subcommand on the table as a whole."""
    return lambda table, command: Action(
        kind=kind, target=table, table=table, detail=_argument(command) or command.name or None
    )


def _switch(kind: str, which: str | None) -> Subcommand:
    """A subcommand that switches triggers or rules; without a name, ``which`` says which ones."""
    noun = kind.partition(" ")[2]
    return lambda table, command: Action(kind=kind, target=child(table, noun, command.name), table=table, detail=which)


def _without_columns(target: Ref, command: pb.AlterTableCmd) -> Action:
    """A subcommand of ALTER INDEX or ALTER SEQUENCE."""
    if command.subtype == pb.AT_AttachPartition:
        leaf = relation(_definition(command).partition_cmd.name, "index")
        return Action(kind="alter index attach partition", target=target, detail=leaf.label())
    kind = _TABLE_KINDS.get(command.subtype) or _COLUMN_KINDS.get(command.subtype)
    if kind is not None:
        return Action(kind=kind, target=target, detail=_argument(command) or command.name or None)
    return Action(kind=f"alter {target.kind}", target=target, detail=_words(command.subtype))


def _attribute(target: Ref, command: pb.AlterTableCmd) -> Action:
    """A subcommand of ALTER TYPE on a composite type."""
    what = {
        pb.AT_AddColumn: "add attribute",
        pb.AT_DropColumn: "drop attribute",
        pb.AT_AlterColumnType: "alter attribute type",
        pb.AT_ChangeOwner: "owner",
    }.get(command.subtype, _words(command.subtype))
    if what == "owner":
        return Action(kind="owner", target=target, detail=_argument(command))
    definition = _definition(command)
    name = command.name or (definition.column_def.colname if definition.HasField("column_def") else "")
    return Action(
        kind="alter composite type",
        target=target,
        columns=(name,) if name else (),
        options=flags(if_exists=command.missing_ok, cascade=cascades(command.behavior)),
        detail=what,
    )


def _add_column(table: Ref, command: pb.AlterTableCmd) -> Action:
    return add_column(table, _definition(command).column_def, flags(if_not_exists=command.missing_ok))


def _add_constraint(table: Ref, command: pb.AlterTableCmd) -> Action:
    return add_constraint(table, _definition(command).constraint)


def _column_default(table: Ref, command: pb.AlterTableCmd) -> Action:
    return Action(
        kind="set default" if command.HasField("def") else "drop default",
        target=child(table, "column", command.name),
        table=table,
        columns=(command.name,),
    )


def _column_type(table: Ref, command: pb.AlterTableCmd) -> Action:
    definition = _definition(command).column_def
    return Action(
        kind="alter column type",
        target=child(table, "column", command.name),
        table=table,
        columns=(command.name,),
        options=flags(using=definition.HasField("raw_default"), collate=definition.HasField("coll_clause")),
        detail=type_text(definition.type_name),
    )


def _constraint(kind: str) -> Subcommand:
    """A subcommand on a constraint whose type the text does not say."""

    def read(table: Ref, command: pb.AlterTableCmd) -> Action:
        return Action(
            kind=kind,
            target=child(table, "constraint", command.name),
            table=table,
            options=flags(if_exists=command.missing_ok, cascade=cascades(command.behavior)),
        )

    return read


def _alter_constraint(table: Ref, command: pb.AlterTableCmd) -> Action:
    change = _definition(command).atalter_constraint
    options = flags(
        enforced=change.alter_enforceability and change.is_enforced,
        not_enforced=change.alter_enforceability and not change.is_enforced,
        deferrable=change.alter_deferrability and change.deferrable,
        not_deferrable=change.alter_deferrability and not change.deferrable,
        initially_deferred=change.alter_deferrability and change.initdeferred,
        inherit=change.alter_inheritability and not change.noinherit,
        no_inherit=change.alter_inheritability and change.noinherit,
    )
    return Action(
        kind="alter constraint", target=child(table, "constraint", change.conname), table=table, options=options
    )


def _partition(table: Ref, command: pb.AlterTableCmd) -> Action:
    partition = _definition(command).partition_cmd
    attached = command.subtype == pb.AT_AttachPartition
    return Action(
        kind="attach partition" if attached else "detach partition",
        target=relation(partition.name),
        table=table,
        options=flags(
            concurrently=partition.concurrent,
            finalize=command.subtype == pb.AT_DetachPartitionFinalize,
            default=attached and partition.bound.is_default,
        ),
    )


def _inherit(table: Ref, command: pb.AlterTableCmd) -> Action:
    kind = "inherit" if command.subtype == pb.AT_AddInherit else "no inherit"
    return Action(kind=kind, target=relation(_definition(command).range_var), table=table)


def _definition(command: pb.AlterTableCmd) -> pb.Node:
    """The field ``def``, whose name is a keyword of Python."""
    return getattr(command, "def")


def _argument(command: pb.AlterTableCmd) -> str | None:
    """What a subcommand is given, for people: a role, names of options, a number, a word."""
    if command.HasField("newowner"):
        return role_name(command.newowner)
    definition = _definition(command)
    if definition.HasField("list"):
        return names(definition.list.items)
    if definition.HasField("replica_identity_stmt"):
        identity = definition.replica_identity_stmt
        return " ".join(part for part in (_REPLICA_IDENTITY.get(identity.identity_type), identity.name) if part)
    return literal(definition) or None


def _words(subtype: int) -> str:
    """A subcommand's name in the parse tree, without its prefix."""
    return str(pb.AlterTableType.Name(subtype)).removeprefix("AT_")


_SUBCOMMANDS: dict[int, Subcommand] = {
    **{subtype: _column(kind) for subtype, kind in _COLUMN_KINDS.items()},
    **{subtype: _whole(kind) for subtype, kind in _TABLE_KINDS.items()},
    **{subtype: _switch(*switch) for subtype, switch in _SWITCHES.items()},
    pb.AT_AddColumn: _add_column,
    pb.AT_AddConstraint: _add_constraint,
    pb.AT_ColumnDefault: _column_default,
    pb.AT_AlterColumnType: _column_type,
    pb.AT_AlterConstraint: _alter_constraint,
    pb.AT_ValidateConstraint: _constraint("validate constraint"),
    pb.AT_DropConstraint: _constraint("drop constraint"),
    pb.AT_AttachPartition: _partition,
    pb.AT_DetachPartition: _partition,
    pb.AT_DetachPartitionFinalize: _partition,
    pb.AT_AddInherit: _inherit,
    pb.AT_DropInherit: _inherit,
}


def _move_all(statement: pb.AlterTableMoveAllStmt) -> tuple[Action, ...]:
    target = Ref("tablespace", None, None, statement.orig_tablespacename)
    return (Action(kind="set tablespace", target=target, options=("all",), detail=statement.new_tablespacename),)


READERS: dict[str, Reader] = {"alter_table_stmt": _alter, "alter_table_move_all_stmt": _move_all}
