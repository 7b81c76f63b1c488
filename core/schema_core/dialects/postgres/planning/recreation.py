"""What must be dropped and made again because of what it depends on, and what cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from schema_core.dialects.postgres.casts import needs_using
from schema_core.dialects.postgres.objects import enum
from schema_core.dialects.postgres.objects.check_constraint import PostgresCheckConstraint
from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.column_changes import is_replaced
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.materialized_view import PostgresMaterializedView
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.objects.view import PostgresView
from schema_core.dialects.postgres.planning.inheritance import parent_index
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.quoting import qualified, quote
from schema_core.schema.changes import Alter, changed_fields
from schema_core.schema.objects import Enum, SchemaObject
from schema_core.schema.ref import Ref

_IN_PLACE: dict[type[SchemaObject], frozenset[str]] = {
    PostgresIndex: frozenset({"comment", "clustered", "replica_identity", "options", "tablespace"}),
    PostgresForeignKey: frozenset({"comment", "deferrable", "initially_deferred", "validated"}),
    PostgresCheckConstraint: frozenset({"comment", "validated", "inherited"}),
    PostgresMaterializedView: frozenset({"comment", "options", "populated"}),
    PostgresView: frozenset({"comment", "options", "definition", "reads"}),
}
"""Fields that can change without the object being made anew."""
_KEYS = frozenset({"primary key", "unique constraint", "exclusion constraint"})
_SET_EXPRESSION_MAJOR = 17


def spread(situation: Situation) -> None:
    """Fill in what must be re-created, and refuse what would break something that is not modelled."""
    waiting = [*_changed(situation), *situation.dropped]
    waiting += [change.before.ref for change in situation.renamed.values() if change.before.ref.kind not in _STAYING]
    done: set[Ref] = set()
    while waiting:
        ref = waiting.pop()
        if ref in done:
            continue
        done.add(ref)
        for dependent in situation.before.dependents(ref):
            if dependent not in situation.before.realm:
                _refuse_unmodelled(situation, dependent, ref)
            elif not situation.is_gone_before(dependent) and _is_affected(situation, dependent, ref):
                waiting += _made_anew(situation, dependent, ref)
        if ref in situation.recreated and ref.kind == "materialized view":
            for child in situation.before.realm.children(ref):
                if child.ref in situation.after.realm:
                    situation.recreated.setdefault(child.ref)
    _refuse_partition_keys(situation)
    _refuse_losses(situation)
    _refuse_missing(situation)


def _changed(situation: Situation) -> Iterator[Ref]:
    """What changes in a way that those who need it may feel."""
    for ref, change in situation.altered.items():
        if isinstance(change.after, Enum) and _is_swapped(change):
            situation.swapped[ref] = None
            yield ref
        elif ref in situation.retyped:
            yield ref
        if _is_recreated(situation, change):
            situation.recreated[ref] = None
            yield ref


def _made_anew(situation: Situation, dependent: Ref, need: Ref) -> Iterator[Ref]:
    if dependent.kind == "domain":
        situation.refuse(f"{described(dependent)} is based on {described(need)}, whose values change")
    elif dependent in situation.after.realm:
        situation.recreated[dependent] = None
        yield dependent


_STAYING = frozenset({"index", "check constraint", "foreign key", *_KEYS})
"""Kinds whose new name changes nothing for what depends on them."""


def _is_swapped(change: Alter) -> bool:
    return (
        isinstance(change.before, Enum)
        and isinstance(change.after, Enum)
        and enum.additions(change.before, change.after) is None
    )


def _is_recreated(situation: Situation, change: Alter) -> bool:
    before, after, major = change.before, change.after, situation.major
    if isinstance(before, PostgresColumn) and isinstance(after, PostgresColumn):
        return is_replaced(before, after, can_set_expression=major >= _SET_EXPRESSION_MAJOR)
    if parent_index(before) != parent_index(after):
        if _without_parent(before) == msgspec.structs.replace(_without_parent(after), comment=before.comment):
            # Attached to a partitioned index, or left alone when its table is; else it goes with that index.
            return parent_index(before) is not None and not _moves(situation, after.ref)
        before, after = _without_parent(before), _without_parent(after)
    fields = set(changed_fields(before, after))
    if isinstance(before, PostgresView) and isinstance(after, PostgresView) and "definition" in fields:
        return bool(fields - _IN_PLACE[PostgresView]) or after.output[: len(before.output)] != before.output
    if isinstance(before, PostgresForeignKey | PostgresCheckConstraint) and before.validated and not _validated(after):
        return True
    allowed = _IN_PLACE.get(type(after))
    if allowed is None:
        return after.ref.kind in _KEYS and fields != {"comment"}
    return bool(fields - allowed)


def _moves(situation: Situation, ref: Ref) -> bool:
    """Whether the table that an index belongs to gets into or out of a partition tree."""
    change = situation.altered.get(Ref("table", ref.schema, None, ref.parent or ""))
    return change is not None and not {"parents", "bound"}.isdisjoint(change.fields())


def _without_parent(item: SchemaObject) -> SchemaObject:
    if isinstance(item, PostgresIndex):
        return msgspec.structs.replace(item, parent_index=None)
    index = getattr(item, "index", None)
    return msgspec.structs.replace(item, index=msgspec.structs.replace(index, parent_index=None)) if index else item


def _validated(item: SchemaObject) -> bool:
    return bool(getattr(item, "validated", True))


def _is_affected(situation: Situation, dependent: Ref, need: Ref) -> bool:
    """Whether an object that stays must be made anew because of what happens to one that it needs."""
    replaced = situation.altered.get(dependent)
    if need in situation.dropped or need in situation.renamed:
        # Its new form may do without, and is then made first; its old form otherwise goes first.
        return dependent.kind != "column" and (replaced is None or need in situation.after.needs(dependent))
    if need in situation.swapped:
        return dependent.kind != "column" or not _holds(situation, dependent, need)
    if need in situation.recreated:
        return dependent.kind != "column" or _is_generated(situation, dependent)
    # The need is a column whose type changes.
    if dependent.kind == "column":
        return _is_generated(situation, dependent)
    if dependent.kind in ("view", "materialized view"):
        return True
    change = situation.altered.get(need)
    using = change is not None and _converted(change)
    return using and (
        dependent.kind in ("foreign key", "check constraint", "exclusion constraint")
        or _speaks(situation.before.realm[dependent])
    )


def _converted(change: Alter) -> bool:
    before, after = change.before, change.after
    return (
        isinstance(before, PostgresColumn)
        and isinstance(after, PostgresColumn)
        and needs_using(before.type, after.type)
    )


def _speaks(item: SchemaObject) -> bool:
    """Whether an index holds an expression or names what belongs to a type."""
    return isinstance(item, PostgresIndex) and (
        item.predicate is not None
        or any(part.expression is not None or getattr(part, "operator_class", None) for part in item.parts)
    )


def _holds(situation: Situation, column: Ref, enum_ref: Ref) -> bool:
    """Whether the column has the enum's values, or arrays of them."""
    item = situation.before.realm[column]
    name = qualified(enum_ref)
    if isinstance(item, PostgresColumn) and item.type in (name, f"{name}[]") and item.generated is None:
        return True
    if not _is_generated(situation, column):
        situation.refuse(
            f"{described(column)} uses {described(enum_ref)}, whose values change, in another way than "
            "by holding its values"
        )
    return False


def _is_generated(situation: Situation, column: Ref) -> bool:
    item = situation.before.realm[column]
    return isinstance(item, PostgresColumn) and item.generated is not None


def _refuse_unmodelled(situation: Situation, dependent: Ref, need: Ref) -> None:
    if dependent.kind == "privileges":
        return
    situation.refuse(f"{described(dependent)} depends on {described(need)} and is not modelled")


def _refuse_partition_keys(situation: Situation) -> None:
    """The server does not change the type of a column that a table is partitioned by."""
    held = (ref for one in situation.swapped for ref in situation.before.dependents(one) if ref.kind == "column")
    for ref in (*situation.retyped, *held):
        table = situation.before.realm.get(Ref("table", ref.schema, None, ref.parent or ""))
        key = table.partition_by if isinstance(table, PostgresTable) else None
        if key is not None and re.search(rf"(?<![\w$\"]){re.escape(quote(ref.name))}(?![\w$\"])", key):
            situation.refuse(
                f"table {ref.schema}.{ref.parent} is partitioned by {described(ref)}, whose type changes; make a new "
                "table, copy the rows and swap the names"
            )


def _refuse_losses(situation: Situation) -> None:
    """What belongs to something that goes, be it for a moment, would go with it."""
    gone = {(ref.schema, ref.name): ref for ref in (*situation.dropped, *situation.recreated) if ref.parent is None}
    for item in situation.before.inspection.unmodelled:
        ref = item.ref
        if ref.kind == "privileges":
            owner = gone.get((ref.schema, ref.name))
            if owner is not None and owner in situation.recreated:
                situation.refuse(f"{described(owner)} must be made anew, and its privileges are not modelled")
        elif ref.parent is not None and (owner := gone.get((ref.schema, ref.parent))) is not None:
            what = "made anew" if owner in situation.recreated else "dropped"
            situation.refuse(f"{described(ref)} would be lost, because {described(owner)} is {what}")
        elif ref.schema is not None and (schema := gone.get((None, ref.schema))) is not None:
            situation.refuse(f"{described(ref)} would be lost, because {described(schema)} is dropped")


def _refuse_missing(situation: Situation) -> None:
    """What new objects need and nobody can make, because it is not modelled."""
    there = {item.ref for item in situation.before.inspection.unmodelled}
    realm = situation.after.realm
    for ref in (*situation.created, *situation.altered, *situation.recreated):
        for need in situation.after.inspection.needs.get(ref, ()):
            if need not in realm and need not in there:
                situation.refuse(f"{described(ref)} needs {described(need)}, which is not part of the state before")
