"""RENAME, SET SCHEMA, OWNER TO and ALTER of everything that is no table."""

from __future__ import annotations

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import (
    child,
    dotted,
    kind_of,
    named_object,
    owner_of,
    relation,
    role_name,
    routine,
    strings,
)
from schema_core.dialects.postgres.classify.option_words import cascades, flags, is_off, names
from schema_core.dialects.postgres.classify.readers import Reader, bare_name
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

_BELONGING = frozenset({"column", "constraint", "attribute", "trigger", "rule", "policy"})
_DOMAIN_CHANGES = {
    "N": "drop not null",
    "O": "set not null",
    "C": "add constraint",
    "X": "drop constraint",
    "V": "validate constraint",
}
_SUBSCRIPTION_CHANGES = {
    pb.ALTER_SUBSCRIPTION_OPTIONS: "options",
    pb.ALTER_SUBSCRIPTION_CONNECTION: "connection",
    pb.ALTER_SUBSCRIPTION_SET_PUBLICATION: "set publication",
    pb.ALTER_SUBSCRIPTION_ADD_PUBLICATION: "add publication",
    pb.ALTER_SUBSCRIPTION_DROP_PUBLICATION: "drop publication",
    pb.ALTER_SUBSCRIPTION_REFRESH: "refresh publication",
    pb.ALTER_SUBSCRIPTION_ENABLED: "enabled",
    pb.ALTER_SUBSCRIPTION_SKIP: "skip",
}


def _rename(statement: pb.RenameStmt) -> tuple[Action, ...]:
    noun = kind_of(statement.rename_type)
    table: Ref | None = None
    columns: tuple[str, ...] = ()
    options = flags(if_exists=statement.missing_ok, cascade=cascades(statement.behavior))
    if noun in _BELONGING and statement.HasField("relation"):
        # The parser says what has the column or attribute; it leaves the field unset for everything else.
        owner = kind_of(statement.relation_type) if noun == "column" else "table"
        table = relation(statement.relation, "composite type" if noun == "attribute" else owner)
        target = child(table, noun, statement.subname)
        columns = (statement.subname,) if noun in ("column", "attribute") else ()
    elif statement.HasField("relation"):
        target = relation(statement.relation, noun)
        table = target if noun in ("table", "materialized view") else None
    elif noun == "domain constraint":
        domain = named_object("domain", statement.object)
        target = Ref(noun, domain.schema, domain.name, statement.subname)
    elif statement.HasField("object"):
        target = named_object(noun, statement.object)
    else:
        target = Ref(noun, None, None, statement.subname)
    if table is not None and table.kind != "composite type":
        options = (*options, *flags(only=not statement.relation.inh))
    return (
        Action(
            kind=f"rename {noun}",
            target=target,
            table=table,
            columns=columns,
            options=options,
            detail=statement.newname,
        ),
    )


def _set_schema(statement: pb.AlterObjectSchemaStmt) -> tuple[Action, ...]:
    target = _moved(statement)
    table = target if target.kind in ("table", "materialized view", "foreign table") else None
    options = flags(if_exists=statement.missing_ok)
    return (Action(kind="set schema", target=target, table=table, options=options, detail=statement.newschema),)


def _owner(statement: pb.AlterOwnerStmt) -> tuple[Action, ...]:
    return (Action(kind="owner", target=_moved(statement), detail=role_name(statement.newowner)),)


def _depends(statement: pb.AlterObjectDependsStmt) -> tuple[Action, ...]:
    target = _moved(statement)
    if statement.HasField("relation") and target.kind == "trigger":
        target = child(relation(statement.relation), "trigger", strings(statement.object.list.items)[-1])
    return (Action(kind=f"alter {target.kind}", target=target, table=owner_of(target), detail="depends on extension"),)


def _moved(statement: pb.AlterObjectSchemaStmt | pb.AlterOwnerStmt | pb.AlterObjectDependsStmt) -> Ref:
    noun = kind_of(statement.object_type)
    if statement.HasField("relation"):
        return relation(statement.relation, noun)
    return named_object(noun, statement.object)


def _domain(statement: pb.AlterDomainStmt) -> tuple[Action, ...]:
    definition = getattr(statement, "def")
    detail = _DOMAIN_CHANGES.get(statement.subtype)
    if detail is None:
        detail = "set default" if definition.WhichOneof("node") else "drop default"
    not_valid = definition.HasField("constraint") and definition.constraint.skip_validation
    return (
        Action(
            kind="alter domain",
            target=dotted("domain", strings(statement.type_name)),
            options=flags(not_valid=not_valid, if_exists=statement.missing_ok, cascade=cascades(statement.behavior)),
            detail=detail,
        ),
    )


def _enum(statement: pb.AlterEnumStmt) -> tuple[Action, ...]:
    target = dotted("enum", strings(statement.type_name))
    if statement.old_val:
        return (
            Action(kind="rename enum value", target=target, columns=(statement.old_val,), detail=statement.new_val),
        )
    options = flags(if_not_exists=statement.skip_if_new_val_exists, positioned=bool(statement.new_val_neighbor))
    return (Action(kind="add enum value", target=target, options=options, detail=statement.new_val),)


def _sequence(statement: pb.AlterSeqStmt) -> tuple[Action, ...]:
    return (
        Action(
            kind="alter sequence",
            target=relation(statement.sequence, "sequence"),
            options=flags(if_exists=statement.missing_ok),
            detail=names(statement.options),
        ),
    )


def _policy(statement: pb.AlterPolicyStmt) -> tuple[Action, ...]:
    table = relation(statement.table)
    return (Action(kind="alter policy", target=child(table, "policy", statement.policy_name), table=table),)


def _routine(statement: pb.AlterFunctionStmt) -> tuple[Action, ...]:
    noun = kind_of(statement.objtype)
    return (Action(kind=f"alter {noun}", target=routine(noun, statement.func), detail=names(statement.actions)),)


def _operator(statement: pb.AlterOperatorStmt) -> tuple[Action, ...]:
    return (Action(kind="alter operator", target=routine("operator", statement.opername)),)


def _named(noun: str, field: str) -> Reader:
    def read(statement: pb.Message) -> tuple[Action, ...]:
        return (Action(kind=f"alter {noun}", target=dotted(noun, strings(getattr(statement, field)))),)

    return read


def _extension_contents(statement: pb.AlterExtensionContentsStmt) -> tuple[Action, ...]:
    member = named_object(kind_of(statement.objtype), statement.object)
    verb = "add" if statement.action > 0 else "drop"
    return (
        Action(
            kind="alter extension",
            target=Ref("extension", None, None, statement.extname),
            detail=f"{verb} {member.kind} {member.label()}",
        ),
    )


def _extension(statement: pb.AlterExtensionStmt) -> tuple[Action, ...]:
    target = Ref("extension", None, None, statement.extname)
    return (Action(kind="alter extension", target=target, detail="update"),)


def _publication(statement: pb.AlterPublicationStmt) -> tuple[Action, ...]:
    verbs = {pb.AP_AddObjects: "add", pb.AP_DropObjects: "drop", pb.AP_SetObjects: "set"}
    detail = f"{verbs.get(statement.action, 'set')} objects" if statement.pubobjects else names(statement.options)
    target = Ref("publication", None, None, statement.pubname)
    return (Action(kind="alter publication", target=target, detail=detail),)


def _subscription(statement: pb.AlterSubscriptionStmt) -> tuple[Action, ...]:
    detail = _SUBSCRIPTION_CHANGES.get(statement.kind, "options")
    refreshes = detail.endswith(" publication") and not is_off(statement.options, "refresh")
    changed = names(statement.options) if detail == "options" else None
    return (
        Action(
            kind="alter subscription",
            target=Ref("subscription", None, None, statement.subname),
            options=flags(refresh=refreshes),
            detail=changed or detail,
        ),
    )


def _database(statement: pb.AlterDatabaseStmt) -> tuple[Action, ...]:
    target = Ref("database", None, None, statement.dbname)
    return (Action(kind="alter database", target=target, detail=names(statement.options)),)


def _role(statement: pb.AlterRoleStmt) -> tuple[Action, ...]:
    return (Action(kind="alter role", target=Ref("role", None, None, role_name(statement.role))),)


def _role_setting(statement: pb.AlterRoleSetStmt) -> tuple[Action, ...]:
    # ALTER ROLE ALL names nobody.
    target = Ref("role", None, None, role_name(statement.role)) if statement.HasField("role") else None
    return (Action(kind="alter role", target=target, detail=statement.setstmt.name or None),)


READERS: dict[str, Reader] = {
    "rename_stmt": _rename,
    "alter_object_schema_stmt": _set_schema,
    "alter_owner_stmt": _owner,
    "alter_object_depends_stmt": _depends,
    "alter_domain_stmt": _domain,
    "alter_enum_stmt": _enum,
    "alter_seq_stmt": _sequence,
    "alter_policy_stmt": _policy,
    "alter_function_stmt": _routine,
    "alter_operator_stmt": _operator,
    "alter_type_stmt": _named("type", "type_name"),
    "alter_collation_stmt": _named("collation", "collname"),
    "alter_stats_stmt": _named("statistics", "defnames"),
    "alter_op_family_stmt": _named("operator family", "opfamilyname"),
    "alter_tsconfiguration_stmt": _named("text search configuration", "cfgname"),
    "alter_tsdictionary_stmt": _named("text search dictionary", "dictname"),
    "alter_extension_stmt": _extension,
    "alter_extension_contents_stmt": _extension_contents,
    "alter_publication_stmt": _publication,
    "alter_subscription_stmt": _subscription,
    "alter_database_stmt": _database,
    "alter_database_set_stmt": bare_name("alter", "database", "dbname"),
    "alter_database_refresh_coll_stmt": bare_name("alter", "database", "dbname"),
    "alter_event_trig_stmt": bare_name("alter", "event trigger", "trigname"),
    "alter_fdw_stmt": bare_name("alter", "foreign-data wrapper", "fdwname"),
    "alter_foreign_server_stmt": bare_name("alter", "server", "servername"),
    "alter_table_space_options_stmt": bare_name("alter", "tablespace", "tablespacename"),
    "alter_role_stmt": _role,
    "alter_role_set_stmt": _role_setting,
}
