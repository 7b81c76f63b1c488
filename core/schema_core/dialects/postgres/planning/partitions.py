"""Steps that put tables into partition and inheritance trees, and keys of partitioned tables."""

from __future__ import annotations

from schema_core.dialects.postgres.objects import (
    table,
)
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.key_index import attach
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.planning.drafts import Draft, Drafts, Rank, undone_together
from schema_core.dialects.postgres.planning.inheritance import KEYS, parent_index
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.table_texts import (
    Key,
    drop_key,
    key_statements,
)
from schema_core.schema.objects import SchemaObject
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def draft_partitioned_key(situation: Situation, drafts: Drafts, item: Key) -> None:
    """A key of a partitioned table, made for that table alone, and the partitions' keys attached to it."""
    ref = item.ref
    owner = Ref("table", ref.schema, None, ref.parent or "")
    statements = list(key_statements(item, only=True))
    drafts.add(
        Draft(
            key=f"create {described(ref)}",
            rank=Rank.INDEX,
            statements=undone_together(statements, () if is_attached_anew(situation, item) else (drop_key(item),)),
            makes={ref},
            needs=situation.after.needs(ref),
            after={f"attach {described(part)}" for part in situation.after.children_of(owner)},
        )
    )
    realm = situation.after.realm
    for part in situation.after.children_of(owner):
        for child in realm.children(part):
            parent = parent_index(child)
            if parent is None or (parent.schema, parent.parent, parent.name) != (ref.schema, ref.parent, ref.name):
                continue
            drafts.add(
                Draft(
                    key=f"attach {described(child.ref)}",
                    rank=Rank.INDEX,
                    statements=(
                        PlannedStatement(text=attach(ref, child.ref), comment=f'attach index "{child.ref.name}"'),
                    ),
                    makes={ref},
                    needs={child.ref},
                    after={f"create {described(ref)}"},
                )
            )


def is_attached_anew(situation: Situation, item: SchemaObject) -> bool:
    """Whether an index becomes part of a partitioned one that is new, and so goes when that one does."""
    parent = parent_index(item)
    return parent is not None and any(
        Ref(kind, parent.schema, parent.parent, parent.name) in known
        for kind in KEYS
        for known in (situation.created, situation.recreated)
    )


def is_partition(realm: Realm, ref: Ref) -> bool:
    """Whether a table is a partition."""
    item = realm.get(ref)
    return isinstance(item, PostgresTable) and item.bound is not None


def columns_of_parents(realm: Realm, item: PostgresTable) -> set[Ref]:
    """The columns and checks that a table must find in its parents to get or to match them."""
    return {
        child.ref
        for parent in item.parents
        for child in realm.children(parent)
        if child.ref.kind in ("column", "check constraint")
    }


def draft_attachment(situation: Situation, item: PostgresTable) -> Draft:
    """ATTACH PARTITION, once the partition is what its parent wants."""
    parent = item.parents[0]
    return Draft(
        key=f"attach {described(item.ref)}",
        rank=Rank.ATTACH,
        statements=(
            PlannedStatement(
                text=table.attach(item),
                comment=f'attach partition "{item.ref.name}" to table: "{parent.name}"',
                reverse=(table.leave(item, parent),),
            ),
        ),
        needs={
            parent,
            *columns_of_parents(situation.after.realm, item),
            item.ref,
            *(one.ref for one in situation.after.realm.children(item.ref) if not isinstance(one, PostgresForeignKey)),
        },
        after={f"create {described(item.ref)}", f"detach {described(item.ref)}"},
    )


def draft_move(situation: Situation, drafts: Drafts, before: PostgresTable, after: PostgresTable) -> None:
    """Leave old parents and join new ones."""
    anew = before.bound != after.bound
    left = [parent for parent in before.parents if anew or parent not in after.parents]
    joined = [parent for parent in after.parents if anew or parent not in before.parents]
    left = [parent for parent in left if parent in situation.before.realm]
    if left:
        drafts.add(
            Draft(
                key=f"detach {described(after.ref)}",
                rank=Rank.MAKE_ROOM,
                statements=[
                    PlannedStatement(
                        text=table.leave(before, parent),
                        comment=f'detach "{after.ref.name}" from table: "{parent.name}"',
                        reverse=(_join(before, parent),),
                    )
                    for parent in left
                ],
                needed=set(left),
                leaves=set(left),
            )
        )
    if after.bound is not None and joined:
        drafts.add(draft_attachment(situation, after))
        return
    for parent in joined:
        drafts.add(
            Draft(
                key=f"join {described(after.ref)} to {described(parent)}",
                rank=Rank.ATTACH,
                statements=[
                    PlannedStatement(
                        text=table.join(after, parent),
                        comment=f'modify "{after.ref.name}" table',
                        reverse=(table.leave(after, parent),),
                    )
                ],
                needs={parent, *(item.ref for item in situation.after.realm.children(after.ref))},
                after={f"detach {described(after.ref)}"},
            )
        )


def _join(item: PostgresTable, parent: Ref) -> str:
    return table.attach(item) if item.bound is not None else table.join(item, parent)
