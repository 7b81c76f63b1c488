"""Steps that create, drop and alter tables, and put them into partition trees."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.objects import (
    exclusion_constraint,
    foreign_key,
    index,
    primary_key,
    table,
    unique_constraint,
)
from schema_core.dialects.postgres.objects import sequence as sequences
from schema_core.dialects.postgres.objects.comment import set_comment
from schema_core.dialects.postgres.objects.exclusion_constraint import ExclusionConstraint
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.key_index import attach, key_settings
from schema_core.dialects.postgres.objects.primary_key import PostgresPrimaryKey
from schema_core.dialects.postgres.objects.sequence import PostgresSequence
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.objects.unique_constraint import PostgresUniqueConstraint
from schema_core.dialects.postgres.planning.connections import Connections
from schema_core.dialects.postgres.planning.drafts import Draft, Drafts, Rank
from schema_core.dialects.postgres.planning.inheritance import KEYS, parent_index
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.wording import commented, modify_table
from schema_core.dialects.postgres.quoting import qualified, quote, table_of
from schema_core.dialects.postgres.render_tables import render_table
from schema_core.schema.changes import Alter
from schema_core.schema.objects import SchemaObject
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

Key = PostgresPrimaryKey | PostgresUniqueConstraint | ExclusionConstraint | PostgresIndex


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


def add_key(item: Key, *, only: bool = False) -> list[str]:
    """The statements that make an index or a key that rests on one."""
    match item:
        case PostgresPrimaryKey():
            return primary_key.create(item, only=only)
        case PostgresUniqueConstraint():
            return unique_constraint.create(item, only=only)
        case ExclusionConstraint():
            return exclusion_constraint.create(item, only=only)
        case PostgresIndex():
            return index.create(item)


def add_key_comment(item: Key) -> str:
    """What a plan says about making an index or key."""
    if isinstance(item, PostgresIndex):
        return f'create index "{item.ref.name}" to table: "{item.ref.parent}"'
    return modify_table(item.ref)


def create_statements(realm: Realm, ref: Ref, *, with_keys: bool = True) -> Iterator[tuple[str, str]]:
    """A table with everything but foreign keys to others: each statement with its comment."""
    inline: list[str] = []
    later: list[tuple[str, str]] = []
    children = realm.children(ref)
    for item in children:
        if isinstance(item, PostgresForeignKey):
            if item.references == ref:
                later.append((f"ALTER TABLE {qualified(ref)} {foreign_key.addition(item)}", modify_table(item.ref)))
        elif not with_keys or not isinstance(item, Key):
            continue
        elif isinstance(item, PostgresPrimaryKey | PostgresUniqueConstraint):
            clause = primary_key.clause if isinstance(item, PostgresPrimaryKey) else unique_constraint.clause
            inline.append(clause(item))  # type: ignore[arg-type]
            later = [*((text, modify_table(item.ref)) for text in key_settings(item.ref, item.index)), *later]
        else:
            later += [(text, add_key_comment(item)) for text in add_key(item)]
    first, *adjustments = render_table(realm, ref, inline)
    yield first, f'create "{ref.name}" table'
    yield from ((text, f'modify "{ref.name}" table') for text in adjustments)
    # An index before what points at it; a foreign key to the table itself after its key.
    yield from sorted(later, key=lambda entry: " ADD CONSTRAINT " in entry[0] and " FOREIGN KEY " in entry[0])
    for item in (realm[ref], *children):
        if item.comment is not None and not (isinstance(item, PostgresForeignKey) and item.references != ref):
            if not with_keys and isinstance(item, Key):
                continue
            yield set_comment(item), commented(item.ref)


def key_statements(item: Key, *, only: bool) -> Iterator[tuple[str, str]]:
    """An index or key with its comment, for a table that is there."""
    yield from ((text, add_key_comment(item)) for text in add_key(item, only=only))
    if item.comment is not None:
        yield set_comment(item), commented(item.ref)


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
    partitions = [one for one in situation.after.children_of(ref) if _is_partition(realm, one)]
    statements = list(create_statements(realm, ref, with_keys=not partitions))
    makes = _family(realm, ref) - _foreign(realm, ref)
    keys = [one for one in realm.children(ref) if isinstance(one, Key)]
    if partitions:
        makes -= {one.ref for one in keys}
    drafts.add(
        Draft(
            key=f"create {described(ref)}",
            rank=Rank.TABLE,
            statements=undone_together(statements, (f"DROP TABLE {qualified(ref)}",)),
            makes=makes,
            needs=situation.after.needs_of_family(ref) - {*item.parents}
            if item.bound is not None
            else situation.after.needs_of_family(ref) | _columns_of_parents(realm, item),
        )
    )
    if item.bound is not None and item.parents:
        drafts.add(_attach(situation, item))
    if partitions:
        for key in keys:
            draft_partitioned_key(situation, drafts, key)


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


def drop_key(item: SchemaObject) -> str:
    """The statement that drops an index or a constraint."""
    ref = item.ref
    if ref.kind == "index":
        return f"DROP INDEX {qualified(Ref('index', ref.schema, None, ref.name))}"
    return f"ALTER TABLE {table_of(ref)} DROP CONSTRAINT {quote(ref.name)}"


def undone_together(statements: list[tuple[str, str]], reverse: tuple[str, ...]) -> list[PlannedStatement]:
    """Statements of which undoing the first undoes all."""
    return [
        PlannedStatement(text=text, comment=comment, reverse=() if number else reverse)
        for number, (text, comment) in enumerate(statements)
    ]


def _is_partition(realm: Realm, ref: Ref) -> bool:
    item = realm.get(ref)
    return isinstance(item, PostgresTable) and item.bound is not None


def _columns_of_parents(realm: Realm, item: PostgresTable) -> set[Ref]:
    """The columns and checks that a table must find in its parents to get or to match them."""
    return {
        child.ref
        for parent in item.parents
        for child in realm.children(parent)
        if child.ref.kind in ("column", "check constraint")
    }


def _attach(situation: Situation, item: PostgresTable) -> Draft:
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
            *_columns_of_parents(situation.after.realm, item),
            item.ref,
            *(one.ref for one in situation.after.realm.children(item.ref) if not isinstance(one, PostgresForeignKey)),
        },
        after={f"create {described(item.ref)}", f"detach {described(item.ref)}"},
    )


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


def _alter(situation: Situation, drafts: Drafts, change: Alter, before: PostgresTable, after: PostgresTable) -> None:
    ref = after.ref
    if before.partition_by != after.partition_by:
        situation.refuse(
            f"{described(ref)} cannot become partitioned in another way ({before.partition_by or 'not at all'} to "
            f"{after.partition_by or 'not at all'}); make a new table, copy the rows and swap the names"
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
        _move(situation, drafts, before, after)
    draft_comment(drafts, change)


def _move(situation: Situation, drafts: Drafts, before: PostgresTable, after: PostgresTable) -> None:
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
        drafts.add(_attach(situation, after))
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


def draft_comment(drafts: Drafts, change: Alter) -> None:
    """COMMENT ON for an object that stays, when its comment changes."""
    if change.before.comment == change.after.comment:
        return
    drafts.add(
        Draft(
            key=f"comment on {described(change.ref)}",
            rank=Rank.COMMENT,
            statements=(
                PlannedStatement(
                    text=set_comment(change.after),
                    comment=commented(change.ref),
                    reverse=(set_comment(change.before),),
                ),
            ),
            needs={change.ref},
        )
    )
