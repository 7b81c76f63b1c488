"""CREATE and ALTER of schemas, types, routines and the server's other objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schema_core.dialects.postgres.classify.names import (
    dotted,
    kind_of,
    named_object,
    relation,
    strings,
    type_text,
)
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

Reader = Callable[[Any], tuple[Action, ...]]


def _plain(kind: str, noun: str, field: str) -> Reader:
    """A statement whose object is a bare name in ``field``."""

    def read(statement: Any) -> tuple[Action, ...]:
        return (Action(kind=f"{kind} {noun}", target=Ref(noun, None, None, getattr(statement, field))),)

    return read


def _schema(statement: Any) -> tuple[Action, ...]:
    options = ("if not exists",) if statement.if_not_exists else ()
    return (Action(kind="create schema", target=Ref("schema", None, None, statement.schemaname), options=options),)


def _extension(statement: Any) -> tuple[Action, ...]:
    options = ("if not exists",) if statement.if_not_exists else ()
    return (Action(kind="create extension", target=Ref("extension", None, None, statement.extname), options=options),)


def _enum(statement: Any) -> tuple[Action, ...]:
    return (Action(kind="create enum", target=dotted("enum", strings(statement.type_name))),)


def _composite(statement: Any) -> tuple[Action, ...]:
    return (Action(kind="create composite type", target=relation(statement.typevar, "composite type")),)


def _range(statement: Any) -> tuple[Action, ...]:
    return (Action(kind="create range type", target=dotted("range type", strings(statement.type_name))),)


def _domain(statement: Any) -> tuple[Action, ...]:
    detail = type_text(statement.type_name)
    return (Action(kind="create domain", target=dotted("domain", strings(statement.domainname)), detail=detail),)


def _routine(statement: Any) -> tuple[Action, ...]:
    noun = "procedure" if statement.is_procedure else "function"
    name = dotted(noun, strings(statement.funcname))
    parameters = [node.function_parameter for node in statement.parameters]
    signature = ", ".join(type_text(item.arg_type) for item in parameters)
    options = ("or replace",) if statement.replace else ()
    return (Action(kind=f"create {noun}", target=Ref(noun, name.schema, None, name.name, signature), options=options),)


def _alter_routine(statement: Any) -> tuple[Action, ...]:
    noun = kind_of(statement.objtype)
    name = dotted(noun, strings(statement.func.objname))
    return (Action(kind=f"alter {noun}", target=name),)


def _define(statement: Any) -> tuple[Action, ...]:
    noun = kind_of(statement.kind)
    return (Action(kind=f"create {noun}", target=dotted(noun, strings(statement.defnames))),)


def _enum_value(statement: Any) -> tuple[Action, ...]:
    target = dotted("enum", strings(statement.type_name))
    if statement.old_val:
        return (
            Action(kind="rename enum value", target=target, columns=(statement.old_val,), detail=statement.new_val),
        )
    options = ("if not exists",) if statement.skip_if_new_val_exists else ()
    return (Action(kind="add enum value", target=target, options=options, detail=statement.new_val),)


def _statistics(statement: Any) -> tuple[Action, ...]:
    tables = [relation(node.range_var) for node in statement.relations if node.WhichOneof("node") == "range_var"]
    target = dotted("statistics", strings(statement.defnames))
    return (Action(kind="create statistics", target=target, table=tables[0] if tables else None),)


def _rename(statement: Any) -> tuple[Action, ...]:
    noun = kind_of(statement.rename_type)
    if statement.HasField("relation"):
        owner_kind = kind_of(statement.relation_type) if noun in ("column", "constraint", "attribute") else "table"
        table = relation(statement.relation, owner_kind)
        if noun in ("column", "attribute", "constraint", "trigger", "rule", "policy"):
            target = Ref(noun, table.schema, table.name, statement.subname)
            columns = (statement.subname,) if noun == "column" else ()
            return (
                Action(kind=f"rename {noun}", target=target, table=table, columns=columns, detail=statement.newname),
            )
        return (Action(kind=f"rename {noun}", target=relation(statement.relation, noun), detail=statement.newname),)
    target = (
        named_object(noun, statement.object)
        if statement.HasField("object")
        else Ref(noun, None, None, statement.subname)
    )
    return (Action(kind=f"rename {noun}", target=target, detail=statement.newname),)


def _set_schema(statement: Any) -> tuple[Action, ...]:
    noun = kind_of(statement.object_type)
    target = (
        relation(statement.relation, noun) if statement.HasField("relation") else named_object(noun, statement.object)
    )
    table = target if noun == "table" else None
    return (Action(kind="set schema", target=target, table=table, detail=statement.newschema),)


def _owner(statement: Any) -> tuple[Action, ...]:
    noun = kind_of(statement.object_type)
    target = (
        relation(statement.relation, noun) if statement.HasField("relation") else named_object(noun, statement.object)
    )
    return (Action(kind="owner", target=target),)


def _alter_sequence(statement: Any) -> tuple[Action, ...]:
    detail = ", ".join(node.def_elem.defname for node in statement.options)
    return (Action(kind="alter sequence", target=relation(statement.sequence, "sequence"), detail=detail),)


def _event_trigger(statement: Any) -> tuple[Action, ...]:
    return (Action(kind="create event trigger", target=Ref("event trigger", None, None, statement.trigname)),)


def _cast(statement: Any) -> tuple[Action, ...]:
    name = f"{type_text(statement.sourcetype)} as {type_text(statement.targettype)}"
    return (Action(kind="create cast", target=Ref("cast", None, None, name)),)


def _alter_default_privileges(_: Any) -> tuple[Action, ...]:
    return (Action(kind="alter default privileges"),)


READERS: dict[str, Reader] = {
    "create_schema_stmt": _schema,
    "create_extension_stmt": _extension,
    "alter_extension_stmt": _plain("alter", "extension", "extname"),
    "alter_extension_contents_stmt": _plain("alter", "extension", "extname"),
    "create_enum_stmt": _enum,
    "composite_type_stmt": _composite,
    "create_range_stmt": _range,
    "create_domain_stmt": _domain,
    "create_function_stmt": _routine,
    "alter_function_stmt": _alter_routine,
    "define_stmt": _define,
    "alter_enum_stmt": _enum_value,
    "create_stats_stmt": _statistics,
    "alter_stats_stmt": lambda s: (Action(kind="alter statistics", target=dotted("statistics", strings(s.defnames))),),
    "rename_stmt": _rename,
    "alter_object_schema_stmt": _set_schema,
    "alter_owner_stmt": _owner,
    "alter_seq_stmt": _alter_sequence,
    "create_event_trig_stmt": _event_trigger,
    "alter_event_trig_stmt": _plain("alter", "event trigger", "trigname"),
    "create_cast_stmt": _cast,
    "alter_default_privileges_stmt": _alter_default_privileges,
    "create_publication_stmt": _plain("create", "publication", "pubname"),
    "alter_publication_stmt": _plain("alter", "publication", "pubname"),
    "create_subscription_stmt": _plain("create", "subscription", "subname"),
    "alter_subscription_stmt": _plain("alter", "subscription", "subname"),
    "create_role_stmt": _plain("create", "role", "role"),
    "create_fdw_stmt": _plain("create", "foreign-data wrapper", "fdwname"),
    "alter_fdw_stmt": _plain("alter", "foreign-data wrapper", "fdwname"),
    "create_foreign_server_stmt": _plain("create", "server", "servername"),
    "alter_foreign_server_stmt": _plain("alter", "server", "servername"),
    "create_user_mapping_stmt": _plain("create", "user mapping", "servername"),
    "alter_user_mapping_stmt": _plain("alter", "user mapping", "servername"),
    "import_foreign_schema_stmt": _plain("import", "foreign schema", "remote_schema"),
    "create_plang_stmt": _plain("create", "language", "plname"),
    "create_am_stmt": _plain("create", "access method", "amname"),
    "create_table_space_stmt": _plain("create", "tablespace", "tablespacename"),
    "alter_table_space_options_stmt": _plain("alter", "tablespace", "tablespacename"),
    "createdb_stmt": _plain("create", "database", "dbname"),
    "alter_database_stmt": _plain("alter", "database", "dbname"),
    "alter_database_set_stmt": _plain("alter", "database", "dbname"),
    "alter_database_refresh_coll_stmt": _plain("alter", "database", "dbname"),
    "create_op_class_stmt": lambda s: (
        Action(kind="create operator class", target=dotted("operator class", strings(s.opclassname))),
    ),
    "create_op_family_stmt": lambda s: (
        Action(kind="create operator family", target=dotted("operator family", strings(s.opfamilyname))),
    ),
    "alter_op_family_stmt": lambda s: (
        Action(kind="alter operator family", target=dotted("operator family", strings(s.opfamilyname))),
    ),
    "create_conversion_stmt": lambda s: (
        Action(kind="create conversion", target=dotted("conversion", strings(s.conversion_name))),
    ),
    "create_transform_stmt": lambda s: (
        Action(kind="create transform", target=Ref("transform", None, None, type_text(s.type_name))),
    ),
    "alter_operator_stmt": lambda s: (
        Action(kind="alter operator", target=dotted("operator", strings(s.opername.objname))),
    ),
    "alter_type_stmt": lambda s: (Action(kind="alter type", target=dotted("type", strings(s.type_name))),),
    "alter_collation_stmt": lambda s: (
        Action(kind="alter collation", target=dotted("collation", strings(s.collname))),
    ),
    "alter_tsconfiguration_stmt": lambda s: (
        Action(kind="alter text search configuration", target=dotted("text search configuration", strings(s.cfgname))),
    ),
    "alter_tsdictionary_stmt": lambda s: (
        Action(kind="alter text search dictionary", target=dotted("text search dictionary", strings(s.dictname))),
    ),
    "alter_object_depends_stmt": lambda s: (Action(kind=f"alter {kind_of(s.object_type)}"),),
    "alter_role_stmt": lambda s: (Action(kind="alter role", target=Ref("role", None, None, s.role.rolename)),),
    "alter_role_set_stmt": lambda s: (Action(kind="alter role", target=Ref("role", None, None, s.role.rolename)),),
}
