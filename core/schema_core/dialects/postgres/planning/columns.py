"""Steps that add, drop and alter columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from schema_core.dialects.postgres.objects import column, sequence
from schema_core.dialects.postgres.objects.column import PostgresColumn, usual_not_null_name
from schema_core.dialects.postgres.objects.column_changes import changes, is_retyped
from schema_core.dialects.postgres.objects.comment import set_comment
from schema_core.dialects.postgres.objects.sequence import PostgresSequence
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.planning.drafts import Draft, Drafts, Rank, draft_comment
from schema_core.dialects.postgres.planning.gentle_keys import draft_requirement, is_required_gently
from schema_core.dialects.postgres.planning.keys import add_again
from schema_core.dialects.postgres.planning.numbering import numbers_move, without_numbers
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.types import old_name
from schema_core.dialects.postgres.planning.wording import commented, modify_table
from schema_core.dialects.postgres.quoting import literal, qualified, quote, table_of
from schema_core.schema.objects import SchemaObject
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.ref import Ref


def draft_columns(situation: Situation, drafts: Drafts) -> None:
    """All steps about columns of tables that are there before and after."""
    for ref, item in situation.created.items():
        if isinstance(item, PostgresColumn) and _stays(situation, ref):
            _add(situation, drafts, item)
    for ref, item in situation.dropped.items():
        if isinstance(item, PostgresColumn) and _stays(situation, ref):
            _drop(situation, drafts, item)
    for ref in situation.recreated:
        before, after = situation.before.realm.get(ref), situation.after.realm.get(ref)
        if isinstance(before, PostgresColumn) and isinstance(after, PostgresColumn):
            _drop(situation, drafts, before)
            _add(situation, drafts, after)
    _draft_altered(situation, drafts)


def _draft_altered(situation: Situation, drafts: Drafts) -> None:
    for ref, change in situation.altered.items():
        before, after = change.before, change.after
        _refuse_to_disown(situation, before, after)
        if ref in situation.recreated or not isinstance(before, PostgresColumn):
            continue
        if isinstance(after, PostgresColumn):
            _alter(situation, drafts, before, after)
            draft_comment(drafts, change)
    for ref in _swapped_only(situation):
        item = situation.before.realm[ref]
        if isinstance(item, PostgresColumn):
            _alter(situation, drafts, item, item)


def _refuse_to_disown(situation: Situation, before: SchemaObject, after: SchemaObject) -> None:
    """A table that begins to inherit keeps its columns as its own; in a partition they are never its own."""
    if not isinstance(before, PostgresColumn) or not isinstance(after, PostgresColumn):
        return
    ref = after.ref
    owner = situation.after.realm.get(Ref("table", ref.schema, None, ref.parent or ""))
    if after.inherited and not before.inherited and isinstance(owner, PostgresTable) and owner.bound is None:
        situation.refuse(
            f"{described(ref)} is the table's own and can no more be one that it inherits only; "
            "declare it in the table too, or drop it first"
        )


def _stays(situation: Situation, ref: Ref) -> bool:
    owner = Ref("table", ref.schema, None, ref.parent or "")
    return owner in situation.before.realm and owner in situation.after.realm


def _swapped_only(situation: Situation) -> Iterator[Ref]:
    """Columns whose only change is that their enum is another type by the same name."""
    for enum_ref in situation.swapped:
        for ref in situation.before.dependents(enum_ref):
            implied = any(ref in heirs for heirs in situation.implied.values())
            if ref.kind != "column" or ref in situation.altered or implied or situation.is_gone_before(ref):
                continue
            if not _comes_with_parent(situation, ref):
                yield ref


def _comes_with_parent(situation: Situation, ref: Ref) -> bool:
    item = situation.before.realm.get(Ref("table", ref.schema, None, ref.parent or ""))
    return isinstance(item, PostgresTable) and any(
        Ref("column", parent.schema, parent.name, ref.name) in situation.before.realm for parent in item.parents
    )


def _add(situation: Situation, drafts: Drafts, item: PostgresColumn) -> None:
    ref = item.ref
    anew = ref in situation.recreated
    adjustments = list(column.adjust(item))
    drafts.add(
        Draft(
            key=f"add {described(ref)}",
            rank=Rank.ALTER_TABLE,
            head=f"ALTER TABLE {table_of(ref)}",
            comment=modify_table(ref),
            alone=anew and _speaks_of_retyped(situation, ref),
            clauses=[f"ADD COLUMN {column.define(item)}"],
            reverse=[f"DROP COLUMN {quote(ref.name)}"],
            makes={ref, *situation.implied.get(ref, ())},
            needs=situation.after.needs(ref),
            after={f"drop {described(ref)}"} if anew else set(),
        )
    )
    statements = [PlannedStatement(text=text, comment=modify_table(ref)) for text in adjustments]
    if item.comment is not None:
        statements.append(PlannedStatement(text=set_comment(item), comment=commented(ref)))
    if statements:
        drafts.add(
            Draft(
                key=f"adjust {described(ref)}",
                rank=Rank.COMMENT,
                statements=statements,
                needs={ref},
            )
        )


def _drop(situation: Situation, drafts: Drafts, item: PostgresColumn) -> None:
    """DROP COLUMN; the server drops the indexes and constraints that hold it, which undoing has to make again."""
    ref = item.ref
    gone = [situation.before.realm[one] for one in gone_with_column(situation, ref)]
    afterwards = list(column.adjust(item))
    if item.comment is not None:
        afterwards.append(set_comment(item))
    afterwards += [text for one in gone if situation.is_gone_before(one.ref) for text in add_again(situation, one)]
    owned = [one for one in situation.dropped.values() if isinstance(one, PostgresSequence) and one.owned_by == ref]
    reverse = [f"ADD COLUMN {column.define(item)}"]
    if owned:
        # Its default asks for numbers of a sequence that goes with it.
        reverse = []
        afterwards = [
            *(sequence.create(one) for one in owned),
            f"ALTER TABLE {table_of(ref)} ADD COLUMN {column.define(item)}",
            *(text for one in owned if (text := sequence.own(one)) is not None),
            *afterwards,
        ]
    drafts.add(
        Draft(
            key=f"drop {described(ref)}",
            rank=Rank.ALTER_TABLE,
            head=f"ALTER TABLE {table_of(ref)}",
            part=0,
            alone=ref in situation.recreated and _speaks_of_retyped(situation, ref),
            comment=modify_table(ref),
            clauses=[f"DROP COLUMN {quote(ref.name)}"],
            reverse=reverse,
            afterwards=afterwards,
            ends={ref, *situation.implied.get(ref, ()), *(one.ref for one in gone), *(one.ref for one in owned)},
            needed=situation.before.needs(ref),
        )
    )


def _speaks_of_retyped(situation: Situation, ref: Ref) -> bool:
    """Whether a column is made of one whose type changes: older servers refuse both in one statement."""
    return any(need in situation.retyped for need in situation.before.needs(ref))


def gone_with_column(situation: Situation, column_ref: Ref) -> tuple[Ref, ...]:
    """Indexes and constraints of the column's own table that the server drops with it."""
    return tuple(
        one
        for one in situation.before.dependents(column_ref)
        if one.kind not in ("column", "view", "materialized view", "foreign key")
        and one in situation.before.realm
        and (one.schema, one.parent) == (column_ref.schema, column_ref.parent)
    )


def _alter(
    situation: Situation,
    drafts: Drafts,
    before: PostgresColumn,
    after: PostgresColumn,
    earlier: frozenset[str] = frozenset(),
) -> None:
    """All steps that make one column another; ``earlier`` are steps that come before its first."""
    ref = after.ref
    moved = numbers_move(situation, before, after)
    if moved is not None:
        drafts.add(moved)
        return
    if (before.identity is None) != (after.identity is None) and is_retyped(before, after):
        # The server wants a number type already when it reads the statement that adds an identity.
        between = without_numbers(after) if before.identity is None else without_numbers(before)
        _alter(situation, drafts, before, between)
        first = "alter" if before.identity is None else "number"
        _alter(situation, drafts, between, after, frozenset({f"{first} {described(ref)}"}))
        return
    enum_ref = next((one for one in situation.swapped if before.type in (qualified(one), f"{qualified(one)}[]")), None)
    old_type = None
    forwards = list(changes(before, after))
    backwards = list(changes(after, before))
    if enum_ref is not None:
        old_type = before.type.replace(qualified(enum_ref), qualified(old_name(enum_ref)))
        earlier |= {f"swap {described(enum_ref)}"}
        forwards = list(changes(before, after, old_type))
        backwards = list(changes(after, _of_old_type(before, enum_ref)))
    if situation.after.children_of(Ref("table", ref.schema, None, ref.parent or "")):
        forwards = [_named_not_null(clause, after) for clause in forwards]
        backwards = [_named_not_null(clause, before) for clause in backwards]
    retyped = ref in situation.retyped or enum_ref is not None
    heirs = situation.implied.get(ref, ())
    numbered = (before.identity is None) != (after.identity is None) and ref in situation.retyped
    key = f"{'number' if numbered else 'alter'} {described(ref)}"
    retyped = retyped and not numbered
    requiring = [clause for clause in forwards if " NOT NULL" in clause and "DROP NOT NULL" not in clause]
    if len(requiring) == 1 and is_required_gently(situation, before, after):
        forwards.remove(requiring[0])
        backwards = [clause for clause in backwards if not clause.endswith(" DROP NOT NULL")]
        draft_requirement(situation, drafts, after, requiring[0], {key} | _parents_step(situation, ref) | earlier)
    if forwards:
        drafts.add(
            Draft(
                key=key,
                rank=Rank.ALTER_TABLE,
                head=f"ALTER TABLE {table_of(ref)}",
                # PostgreSQL 18 fails when another clause of the statement changes a type.
                alone=numbered or (before.generated != after.generated and after.generated is not None),
                comment=modify_table(ref),
                clauses=forwards,
                reverse=backwards,
                makes=set() if numbered and before.identity is not None else {ref, *heirs},
                ends={ref, *heirs} if retyped or (after.nullable and not before.nullable) else set(),
                needs=situation.after.needs(ref),
                needed=situation.before.needs(ref) - {enum_ref},
                irreversible=_irreversible(before, after),
                after=_parents_step(situation, ref) | earlier,
            )
        )
    renamed = [] if _is_still_partition(situation, ref) else list(_renamed_parts(before, after))
    for number, (text, undo) in enumerate(renamed):
        drafts.add(
            Draft(
                key=f"rename part {number} of {described(ref)}",
                rank=Rank.RENAME,
                statements=(PlannedStatement(text=text, comment=modify_table(ref), reverse=(undo,)),),
                makes={ref},
                after={f"detach {described(Ref('table', ref.schema, None, ref.parent or ''))}"},
            )
        )
    if before.not_null_comment != after.not_null_comment and not after.nullable:
        name = quote(after.not_null_name or usual_not_null_name(after))
        drafts.add(
            Draft(
                key=f"comment on not null of {described(ref)}",
                rank=Rank.COMMENT,
                statements=(
                    PlannedStatement(
                        text=_not_null_comment(name, after),
                        comment=modify_table(ref),
                        reverse=(_not_null_comment(name, before),) if not before.nullable else (),
                    ),
                ),
                needs={ref},
            )
        )


def _named_not_null(clause: str, item: PostgresColumn) -> str:
    """NOT NULL with its name, where the name that the server would choose may be taken by an heir."""
    if item.not_null_name is None or not clause.endswith(" SET NOT NULL"):
        return clause
    return f"ADD CONSTRAINT {quote(item.not_null_name)} NOT NULL {quote(item.ref.name)}"


def _irreversible(before: PostgresColumn, after: PostgresColumn) -> str | None:
    if before.generated is not None and after.generated is None:
        return "a plain column becomes a generated one only by being dropped"
    return None


def _of_old_type(item: PostgresColumn, enum_ref: Ref) -> PostgresColumn:
    """The column as it is while its enum goes by another name."""
    name, old = qualified(enum_ref), qualified(old_name(enum_ref))
    default = item.default and re.sub(rf"{re.escape(name)}(?![\w$\"])", lambda _: old, item.default)
    return msgspec.structs.replace(item, type=item.type.replace(name, old), default=default)


def _is_still_partition(situation: Situation, ref: Ref) -> bool:
    """Whether the names of the column's NOT NULL is its parent's before and after."""
    table = Ref("table", ref.schema, None, ref.parent or "")
    before, after = situation.before.realm.get(table), situation.after.realm.get(table)
    return (
        isinstance(before, PostgresTable)
        and isinstance(after, PostgresTable)
        and before.bound is not None
        and (before.parents, before.bound) == (after.parents, after.bound)
    )


def _not_null_comment(name: str, item: PostgresColumn) -> str:
    text = literal(item.not_null_comment) if item.not_null_comment is not None else "NULL"
    return f"COMMENT ON CONSTRAINT {name} ON {table_of(item.ref)} IS {text}"


def _parents_step(situation: Situation, ref: Ref) -> set[str]:
    """What is said about an heir's column comes after what its parents' do to it."""
    return {
        f"{verb} {described(parent)}"
        for parent, heirs in situation.implied.items()
        if ref in heirs
        for verb in ("alter", "add")
    }


def _renamed_parts(before: PostgresColumn, after: PostgresColumn) -> Iterator[tuple[str, str]]:
    """What belongs to a column and has a name of its own: each renaming with its reverse."""
    if before.identity is not None and after.identity is not None:
        old, new = before.identity_sequence, after.identity_sequence
        if old != new and old is not None and new is not None:
            yield (_rename_sequence(after.ref, old, new), _rename_sequence(after.ref, new, old))
    if before.nullable or after.nullable or before.not_null_inherited or after.not_null_inherited:
        return
    old, new = before.not_null_name, after.not_null_name
    if old != new and old is not None and new is not None:
        yield (_rename_constraint(after.ref, old, new), _rename_constraint(after.ref, new, old))


def _rename_constraint(ref: Ref, old: str, new: str) -> str:
    return f"ALTER TABLE {table_of(ref)} RENAME CONSTRAINT {quote(old)} TO {quote(new)}"


def _rename_sequence(ref: Ref, old: str, new: str) -> str:
    return f"ALTER SEQUENCE {qualified(Ref('sequence', ref.schema, None, old))} RENAME TO {quote(new)}"
