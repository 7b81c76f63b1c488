"""What ALTER TABLE adds: columns and constraints."""

from __future__ import annotations

from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify.names import child, strings
from schema_core.dialects.postgres.classify.option_words import flags
from schema_core.dialects.postgres.classify.type_names import type_text
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_COLUMN_OPTIONS = {
    pb.CONSTR_NOTNULL: "not null",
    pb.CONSTR_NULL: "null",
    pb.CONSTR_DEFAULT: "default",
    pb.CONSTR_IDENTITY: "identity",
    pb.CONSTR_CHECK: "check",
    pb.CONSTR_PRIMARY: "primary key",
    pb.CONSTR_UNIQUE: "unique",
    pb.CONSTR_FOREIGN: "references",
    pb.CONSTR_ATTR_DEFERRABLE: "deferrable",
    pb.CONSTR_ATTR_NOT_ENFORCED: "not enforced",
}
_CONSTRAINTS = {
    pb.CONSTR_PRIMARY: ("add primary key", "primary key"),
    pb.CONSTR_UNIQUE: ("add unique", "unique constraint"),
    pb.CONSTR_CHECK: ("add check", "check constraint"),
    pb.CONSTR_FOREIGN: ("add foreign key", "foreign key"),
    pb.CONSTR_EXCLUSION: ("add exclusion", "exclusion constraint"),
    pb.CONSTR_NOTNULL: ("add not null", "not null constraint"),
}


def column_options(definition: pb.ColumnDef) -> tuple[str, ...]:
    """What a column's definition carries beside its name and type."""
    options = list(flags(collate=definition.HasField("coll_clause")))
    for node in definition.constraints:
        constraint = node.constraint
        if constraint.contype == pb.CONSTR_GENERATED:
            # 18 takes a generated column without a word for virtual; older servers know stored ones only.
            options.append("generated stored" if constraint.generated_kind == "s" else "generated virtual")
        elif constraint.contype in _COLUMN_OPTIONS:
            options.append(_COLUMN_OPTIONS[constraint.contype])
    return tuple(dict.fromkeys(options))


def add_column(table: Ref, definition: pb.ColumnDef, written: tuple[str, ...] = ()) -> Action:
    """ADD COLUMN; ``written`` are options of the subcommand."""
    words = type_text(definition.type_name)
    return Action(
        kind="add column",
        target=child(table, "column", definition.colname),
        table=table,
        options=(*written, *flags(serial=words in _SERIAL), *column_options(definition)),
        columns=(definition.colname,),
        detail=words,
    )


def add_constraint(table: Ref, constraint: pb.Constraint) -> Action:
    """ADD CONSTRAINT of any type; the target's name is empty when the text gives none."""
    kind, noun = _CONSTRAINTS.get(constraint.contype, ("alter table", "constraint"))
    not_enforced = constraint.contype in (pb.CONSTR_CHECK, pb.CONSTR_FOREIGN) and not constraint.is_enforced
    detail = None
    if constraint.contype == pb.CONSTR_FOREIGN:
        detail = ".".join(part for part in (constraint.pktable.schemaname, constraint.pktable.relname) if part)
    elif constraint.indexname:
        detail = constraint.indexname
    return Action(
        kind=kind,
        target=child(table, noun, constraint.conname),
        table=table,
        options=flags(
            # The parser sets skip_validation for NOT ENFORCED as well.
            not_valid=constraint.skip_validation and not not_enforced,
            using_index=bool(constraint.indexname),
            not_enforced=not_enforced,
            deferrable=constraint.deferrable,
            no_inherit=constraint.is_no_inherit,
        ),
        columns=_constrained(constraint),
        detail=detail,
    )


def _constrained(constraint: pb.Constraint) -> tuple[str, ...]:
    """The columns of a constraint, as far as it lists them."""
    if constraint.contype == pb.CONSTR_FOREIGN:
        return tuple(strings(constraint.fk_attrs))
    if constraint.contype == pb.CONSTR_EXCLUSION:
        elements = (node.list.items[0].index_elem for node in constraint.exclusions)
        return tuple(element.name for element in elements if element.name)
    return tuple(strings(constraint.keys))
