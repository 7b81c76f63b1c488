"""Steps that create, drop and alter tables."""

from __future__ import annotations

from schema_core.dialects.postgres.objects import (
    foreign_key,
    table,
)
from schema_core.dialects.postgres.objects import sequence as sequences
from schema_core.dialects.postgres.objects.comment import set_comment
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.sequence import PostgresSequence
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.planning.connections import Connections
from schema_core.dialects.postgres.planning.drafts import Draft, Drafts, Rank, draft_comment, undone_together
from schema_core.dialects.postgres.planning.partitions import (
    columns_of_parents,
    draft_attachment,
    draft_move,
    draft_partitioned_key,
    is_partition,
)
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.table_texts import Key, create_statements
from schema_core.dialects.postgres.quoting import qualified
from schema_core.schema.changes import Alter
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def draft_tables(situation: Situation, drafts: Drafts) -> None:
    """All steps about tables as a whole."""
    for item in situation.created.values():
        if isinstance(item, PostgresTable):
            _create(situation, drafts, item)
    for ref, item in situation.dropped.items():
        if isinstance(item, PostgresTable):
            drafts.add(_drop(situation, ref))
    for change in situation.altered.values():
        if isinstance(change.before, PostgresTable) and isinstance(change.after, PostgresTable):
            _alter(situation, drafts, change, change.before, change.after)


def _family(realm: Realm, ref: Ref) -> set[Ref]:
    return {ref, *(item.ref for item in realm.children(ref))}


def _foreign_keys(realm: Realm, ref: Ref) -> list[PostgresForeignKey]:
    return [item for item in realm.children(ref) if isinstance(item, PostgresForeignKey)]


def _foreign(realm: Realm, ref: Ref) -> set[Ref]:
    """Foreign keys of a table to other tables, which have steps of their own."""
    return {item.ref for item in realm.children(ref) if isinstance(item, PostgresForeignKey) and item.references != ref}


def _create(situation: Situation, drafts: Drafts, item: PostgresTable) -> None:
    """CREATE TABLE; a partition is attached once its parent is there, and its parent's new keys come after that."""
    realm, ref = situation.after.realm, item.ref
    partitions = [one for one in situation.after.children_of(ref) if is_partition(realm, one)]
    statements = list(create_statements(realm, ref, with_keys=not partitions))
    makes = _family(realm, ref) - _foreign(realm, ref)
    keys = [one for one in realm.children(ref) if isinstance(one, Key)]
    if partitions:
        makes -= {one.ref for one in keys}
    needs = situation.after.needs_of_family(ref)
    if item.bound is not None:
        needs -= set(item.parents)
    else:
        needs |= columns_of_parents(realm, item)
    drafts.add(
        Draft(
            key=f"create {described(ref)}",
            rank=Rank.TABLE,
            statements=undone_together(statements, (f"DROP TABLE {qualified(ref)}",)),
            makes=makes,
            needs=needs,
        )
    )
    if item.bound is not None and item.parents:
        drafts.add(draft_attachment(situation, item))
    if partitions:
        for key in keys:
            draft_partitioned_key(situation, drafts, key)


def _drop(situation: Situation, ref: Ref) -> Draft:
    before = situation.before
    realm = before.realm
    reverse, ends = undo_drop(before, situation, ref)
    item = realm[ref]
    parents = set(item.parents) if isinstance(item, PostgresTable) else set()
    return Draft(
        key=f"drop {described(ref)}",
        rank=Rank.MAKE_ROOM if any(parent not in situation.dropped for parent in parents) else Rank.DROP_TABLE,
        leaves=parents - situation.dropped.keys(),
        statements=(
            PlannedStatement(text=f"DROP TABLE {qualified(ref)}", comment=f'drop "{ref.name}" table', reverse=reverse),
        ),
        ends={*_family(realm, ref), *ends},
        needed=before.needs_of_family(ref).union(
            *(before.needs(key.ref) for key in _foreign_keys(realm, ref) if not is_dropped_apart(situation, key))
        ),
    )


def undo_drop(before: Connections, situation: Situation, ref: Ref) -> tuple[tuple[str, ...], set[Ref]]:
    """The statements that make a table again, with its sequences, and those sequences."""
    realm = before.realm
    owned = [
        item
        for item in situation.dropped.values()
        if isinstance(item, PostgresSequence) and item.owned_by is not None and _owner(item.owned_by) == ref
    ]
    item = realm[ref]
    statements = [sequences.create(one) for one in owned]
    statements += [text for text, _ in create_statements(realm, ref)]
    statements += [text for one in owned if (text := sequences.own(one)) is not None]
    if isinstance(item, PostgresTable) and item.bound is not None and item.parents:
        statements.append(table.attach(item))
    for key in realm.children(ref):
        if isinstance(key, PostgresForeignKey) and key.references != ref and not is_dropped_apart(situation, key):
            statements.append(foreign_key.create(key))
            if key.comment is not None:
                statements.append(set_comment(key))
    return tuple(statements), {one.ref for one in owned}


def is_dropped_apart(situation: Situation, key: PostgresForeignKey) -> bool:
    """Whether a foreign key of a dropped table goes before it: when the tables refer to each other in a circle."""
    owner = _owner(key.ref)
    if key.references == owner:
        return False
    waiting, seen = [key.references], set()
    while waiting:
        ref = waiting.pop()
        if ref == owner:
            return True
        if ref in seen or ref not in situation.dropped:
            continue
        seen.add(ref)
        waiting += [
            item.references for item in situation.before.realm.children(ref) if isinstance(item, PostgresForeignKey)
        ]
    return False


def _owner(ref: Ref) -> Ref:
    return Ref("table", ref.schema, None, ref.parent or "")


def _policies_to_come(situation: Situation, ref: Ref) -> Ref | None:
    """A policy that the table has afterwards and not before."""
    known = {item.ref for item in situation.before.inspection.unmodelled}
    return next(
        (
            item.ref
            for item in situation.after.inspection.unmodelled
            if item.ref.kind == "policy" and (item.ref.schema, item.ref.parent) == (ref.schema, ref.name)
            if item.ref not in known
        ),
        None,
    )


def _alter(situation: Situation, drafts: Drafts, change: Alter, before: PostgresTable, after: PostgresTable) -> None:
    ref = after.ref
    if before.partition_by != after.partition_by:
        situation.refuse(
            f"{described(ref)} cannot become partitioned in another way ({before.partition_by or 'not at all'} to "
            f"{after.partition_by or 'not at all'}); make a new table, copy the rows and swap the names"
        )
        return
    if after.row_security and not before.row_security and (lacking := _policies_to_come(situation, ref)):
        situation.refuse(
            f"{described(ref)} gets row level security, and its {described(lacking)} is not modelled: without it "
            "nobody but the owner would see a row; create the policy first"
        )
        return
    clauses = table.changes(before, after)
    if clauses:
        drafts.add(
            Draft(
                key=f"alter {described(ref)}",
                rank=Rank.ALTER_TABLE,
                head=f"ALTER TABLE {qualified(ref)}",
                comment=f'modify "{ref.name}" table',
                clauses=clauses,
                reverse=table.changes(after, before),
                makes={ref},
            )
        )
    if (before.parents, before.bound) != (after.parents, after.bound):
        draft_move(situation, drafts, before, after)
    draft_comment(drafts, change)
