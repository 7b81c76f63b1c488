"""CREATE of types, routines, extensions and the server's other objects that are no relations."""

from __future__ import annotations

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import dotted, kind_of, relation, role_name, strings
from schema_core.dialects.postgres.classify.option_words import argument, flags, is_off
from schema_core.dialects.postgres.classify.readers import Reader, bare_name
from schema_core.dialects.postgres.classify.type_names import type_text
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

_RETURNED = frozenset({pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_TABLE})


def _parts(verb: str, noun: str, field: str) -> Reader:
    """A statement about one object whose name is a list of parts in a field."""

    def read(statement: pb.Message) -> tuple[Action, ...]:
        return (Action(kind=f"{verb} {noun}", target=dotted(noun, strings(getattr(statement, field)))),)

    return read


def _extension(statement: pb.CreateExtensionStmt) -> tuple[Action, ...]:
    cascade = any(node.def_elem.defname == "cascade" for node in statement.options)
    version = [argument(node.def_elem) for node in statement.options if node.def_elem.defname == "new_version"]
    return (
        Action(
            kind="create extension",
            target=Ref("extension", None, None, statement.extname),
            options=flags(if_not_exists=statement.if_not_exists, cascade=cascade),
            detail=version[0] if version else None,
        ),
    )


def _composite(statement: pb.CompositeTypeStmt) -> tuple[Action, ...]:
    return (Action(kind="create composite type", target=relation(statement.typevar, "composite type")),)


def _domain(statement: pb.CreateDomainStmt) -> tuple[Action, ...]:
    target = dotted("domain", strings(statement.domainname))
    return (Action(kind="create domain", target=target, detail=type_text(statement.type_name)),)


def _routine(statement: pb.CreateFunctionStmt) -> tuple[Action, ...]:
    noun = "procedure" if statement.is_procedure else "function"
    name = dotted(noun, strings(statement.funcname))
    # What a function returns is no part of its identity; a procedure's OUT parameters are, since 14.
    parameters = [
        node.function_parameter
        for node in statement.parameters
        if statement.is_procedure or node.function_parameter.mode not in _RETURNED
    ]
    signature = ", ".join(type_text(item.arg_type) for item in parameters)
    return (
        Action(
            kind=f"create {noun}",
            target=Ref(noun, name.schema, None, name.name, signature),
            options=flags(or_replace=statement.replace),
        ),
    )


def _define(statement: pb.DefineStmt) -> tuple[Action, ...]:
    noun = kind_of(statement.kind)
    options = flags(or_replace=statement.replace, if_not_exists=statement.if_not_exists)
    return (Action(kind=f"create {noun}", target=dotted(noun, strings(statement.defnames)), options=options),)


def _cast(statement: pb.CreateCastStmt) -> tuple[Action, ...]:
    name = f"{type_text(statement.sourcetype)} as {type_text(statement.targettype)}"
    return (Action(kind="create cast", target=Ref("cast", None, None, name)),)


def _transform(statement: pb.CreateTransformStmt) -> tuple[Action, ...]:
    name = f"{type_text(statement.type_name)} for {statement.lang}"
    return (Action(kind="create transform", target=Ref("transform", None, None, name)),)


def _publication(statement: pb.CreatePublicationStmt) -> tuple[Action, ...]:
    return (
        Action(
            kind="create publication",
            target=Ref("publication", None, None, statement.pubname),
            options=flags(all_tables=statement.for_all_tables),
        ),
    )


def _subscription(statement: pb.CreateSubscriptionStmt) -> tuple[Action, ...]:
    makes_slot = not is_off(statement.options, "create_slot") and not is_off(statement.options, "connect")
    return (
        Action(
            kind="create subscription",
            target=Ref("subscription", None, None, statement.subname),
            options=flags(create_slot=makes_slot),
        ),
    )


def _role(statement: pb.CreateRoleStmt) -> tuple[Action, ...]:
    return (Action(kind="create role", target=Ref("role", None, None, statement.role)),)


def _user_mapping(verb: str) -> Reader:
    def read(statement: pb.CreateUserMappingStmt) -> tuple[Action, ...]:
        target = Ref("user mapping", None, statement.servername, role_name(statement.user))
        return (Action(kind=f"{verb} user mapping", target=target),)

    return read


READERS: dict[str, Reader] = {
    "create_extension_stmt": _extension,
    "create_enum_stmt": _parts("create", "enum", "type_name"),
    "composite_type_stmt": _composite,
    "create_range_stmt": _parts("create", "range type", "type_name"),
    "create_domain_stmt": _domain,
    "create_function_stmt": _routine,
    "define_stmt": _define,
    "create_cast_stmt": _cast,
    "create_transform_stmt": _transform,
    "create_conversion_stmt": _parts("create", "conversion", "conversion_name"),
    "create_op_class_stmt": _parts("create", "operator class", "opclassname"),
    "create_op_family_stmt": _parts("create", "operator family", "opfamilyname"),
    "create_event_trig_stmt": bare_name("create", "event trigger", "trigname"),
    "create_publication_stmt": _publication,
    "create_subscription_stmt": _subscription,
    "create_role_stmt": _role,
    "create_fdw_stmt": bare_name("create", "foreign-data wrapper", "fdwname"),
    "create_foreign_server_stmt": bare_name("create", "server", "servername"),
    "create_user_mapping_stmt": _user_mapping("create"),
    "alter_user_mapping_stmt": _user_mapping("alter"),
    "drop_user_mapping_stmt": _user_mapping("drop"),
    "import_foreign_schema_stmt": bare_name("import", "foreign schema", "remote_schema"),
    "create_plang_stmt": bare_name("create", "language", "plname"),
    "create_am_stmt": bare_name("create", "access method", "amname"),
    "create_table_space_stmt": bare_name("create", "tablespace", "tablespacename"),
    "createdb_stmt": bare_name("create", "database", "dbname"),
}
