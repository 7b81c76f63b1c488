"""Indexes and constraints of tables in use, made without keeping writers out while the server reads rows."""

from __future__ import annotations

import msgspec

from schema_core.dialects.postgres.objects import index
from schema_core.dialects.postgres.objects.check_constraint import PostgresCheckConstraint
from schema_core.dialects.postgres.objects.column import PostgresColumn
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.index import PostgresIndex, PostgresIndexPart
from schema_core.dialects.postgres.objects.key_index import key_settings
from schema_core.dialects.postgres.objects.primary_key import PostgresPrimaryKey
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.objects.unique_constraint import PostgresUniqueConstraint
from schema_core.dialects.postgres.planning.drafts import Draft, Drafts, Rank
from schema_core.dialects.postgres.planning.inheritance import parent_index
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.table_texts import drop_key, key_statements
from schema_core.dialects.postgres.planning.wording import modify_table
from schema_core.dialects.postgres.quoting import qualified, quote, table_of
from schema_core.schema.objects import SchemaObject
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_LONGEST_NAME = 63
_SPARE = "__new"


def is_built_concurrently(situation: Situation, item: SchemaObject) -> bool:
    """Whether an index, or the one behind a key, is to be built while its table is written to."""
    if "concurrent_index" not in situation.policies or not _is_in_use(situation, item.ref):
        return False
    if isinstance(item, PostgresIndex):
        return not item.partitioned and item.valid
    # A partition's key that takes an index over makes its NOT NULL the partition's own, which undoing leaves behind.
    return (
        isinstance(item, PostgresPrimaryKey | PostgresUniqueConstraint)
        and not item.index.without_overlaps
        and item.index.parent_index is None
    )


def is_dropped_concurrently(situation: Situation, item: PostgresIndex) -> bool:
    """Whether an index is to be dropped without waiting for its table as a whole."""
    return (
        "concurrent_index" in situation.policies
        and _is_in_use(situation, item.ref)
        and not item.partitioned
        and item.parent_index is None
    )


def is_replaced_without_a_gap(situation: Situation, ref: Ref) -> bool:
    """Whether an index that changes by itself is built under a spare name before the old one goes."""
    before, after = situation.before.realm[ref], situation.after.realm[ref]
    return (
        ref in situation.altered
        and isinstance(before, PostgresIndex)
        and isinstance(after, PostgresIndex)
        and is_dropped_concurrently(situation, before)
        and is_built_concurrently(situation, after)
        and parent_index(after) is None
        and not any(
            need.kind == "column" and (need in situation.retyped or situation.is_gone_before(need))
            for need in situation.before.needs(ref) | situation.after.needs(ref)
        )
    )


def is_validated_later(situation: Situation, item: SchemaObject) -> bool:
    """Whether a constraint is to be added without reading the rows that are there."""
    if "not_valid" not in situation.policies or not _is_in_use(situation, item.ref):
        return False
    if not isinstance(item, PostgresForeignKey | PostgresCheckConstraint) or not item.validated or not item.enforced:
        return False
    owner = situation.after.realm[Ref("table", item.ref.schema, None, item.ref.parent or "")]
    is_partitioned = isinstance(owner, PostgresTable) and owner.partition_by is not None
    return isinstance(item, PostgresCheckConstraint) or not is_partitioned or situation.major >= _PARTITIONED_KEYS


_PARTITIONED_KEYS = 18
"""From this major on a foreign key of a partitioned table can be added NOT VALID."""


def concurrent_statements(item: SchemaObject, *, attached: bool) -> list[PlannedStatement]:
    """CREATE INDEX CONCURRENTLY, and for a key the constraint that takes the index over."""
    undo = () if attached else (drop_index(item) if isinstance(item, PostgresIndex) else drop_key(item),)
    if isinstance(item, PostgresIndex):
        (text, comment), *rest = key_statements(item, only=False)
        first = PlannedStatement(text=_concurrently(text), comment=comment, reverse=undo, in_transaction=False)
        return [first, *(PlannedStatement(text=text, comment=comment) for text, comment in rest)]
    if not isinstance(item, PostgresPrimaryKey | PostgresUniqueConstraint):
        return []
    ref, options = item.ref, item.index
    behind = PostgresIndex(
        ref=Ref("index", ref.schema, ref.parent, ref.name),
        parts=tuple(PostgresIndexPart(column=name) for name in item.columns),
        unique=True,
        include=options.include,
        nulls_distinct=options.nulls_distinct,
        options=options.options,
        tablespace=options.tablespace,
    )
    word = "PRIMARY KEY" if isinstance(item, PostgresPrimaryKey) else "UNIQUE"
    clause = f"ADD CONSTRAINT {quote(ref.name)} {word} USING INDEX {quote(ref.name)}"
    if options.deferrable:
        clause += f" DEFERRABLE{' INITIALLY DEFERRED' if options.initially_deferred else ''}"
    comment = modify_table(ref)
    return [
        PlannedStatement(
            text=_concurrently(index.create(behind)[0]),
            comment=f'create index "{ref.name}" to table: "{ref.parent}"',
            # The constraint takes the index with it.
            in_transaction=False,
        ),
        PlannedStatement(text=f"ALTER TABLE {table_of(ref)} {clause}", comment=comment, reverse=undo),
        *(PlannedStatement(text=text, comment=comment) for text in key_settings(ref, options)),
    ]


def drop_index(item: SchemaObject) -> str:
    """DROP INDEX CONCURRENTLY."""
    return drop_key(item).replace("DROP INDEX", "DROP INDEX CONCURRENTLY", 1)


def draft_replacement(situation: Situation, drafts: Drafts, ref: Ref) -> None:
    """Build the new index under a spare name, drop the old one, and rename: there is always one of them."""
    before, after = situation.before.realm[ref], situation.after.realm[ref]
    if not isinstance(before, PostgresIndex) or not isinstance(after, PostgresIndex):
        return
    spare = _free_name(situation, ref, f"{ref.name[: _LONGEST_NAME - len(_SPARE)]}{_SPARE}")
    drafts.add(
        Draft(
            key=f"replace {described(ref)}",
            rank=Rank.INDEX,
            statements=[
                *_replacing(before, after, spare, reverse=tuple(one.text for one in _replacing(after, before, spare))),
            ],
            makes={ref},
            ends={ref},
            needs=situation.after.needs(ref),
            needed=situation.before.needs(ref),
        )
    )


def _replacing(
    old: PostgresIndex, new: PostgresIndex, spare: str, reverse: tuple[str, ...] = ()
) -> list[PlannedStatement]:
    ref = new.ref
    temporary = Ref("index", ref.schema, None, spare)
    (text, comment), *rest = key_statements(new, only=False)
    named = msgspec.structs.replace(new, ref=Ref("index", ref.schema, ref.parent, spare))
    text = _concurrently(index.create(named)[0])
    return [
        PlannedStatement(text=text, comment=comment, reverse=reverse, in_transaction=False),
        PlannedStatement(
            text=drop_index(old), comment=f'drop index "{ref.name}" from table: "{ref.parent}"', in_transaction=False
        ),
        PlannedStatement(
            text=f"ALTER INDEX {qualified(temporary)} RENAME TO {quote(ref.name)}",
            comment=f'rename an index from "{spare}" to "{ref.name}"',
        ),
        *(PlannedStatement(text=text, comment=comment) for text, comment in rest),
    ]


def draft_validation(drafts: Drafts, item: SchemaObject) -> None:
    """VALIDATE CONSTRAINT, in a transaction of its own: its lock lets writers through, that of adding would not."""
    ref = item.ref
    drafts.add(
        Draft(
            key=f"validate {described(ref)}",
            rank=Rank.VALIDATE,
            statements=(
                PlannedStatement(
                    text=f"ALTER TABLE {table_of(ref)} VALIDATE CONSTRAINT {quote(ref.name)}",
                    comment=modify_table(ref),
                    in_transaction=False,
                ),
            ),
            needs={ref},
        )
    )


def is_required_gently(situation: Situation, before: PostgresColumn, after: PostgresColumn) -> bool:
    """Whether NOT NULL is to be set on the word of a validated check."""
    wanted = situation.after.realm.get(after.ref)
    if isinstance(wanted, PostgresColumn) and wanted.identity is not None and before.identity is None:
        # The server wants NOT NULL before an identity is added, which it makes in one statement.
        return False
    return (
        "not_null" in situation.policies
        and before.nullable
        and not after.nullable
        and after.not_null_valid
        and after.not_null_inherits
        and _is_in_use(situation, after.ref)
    )


def draft_requirement(
    situation: Situation, drafts: Drafts, after: PostgresColumn, clause: str, following: set[str]
) -> None:
    """NOT NULL by this clause, on the word of a check, which is added, validated and dropped again."""
    ref = after.ref
    alter = f"ALTER TABLE {table_of(ref)}"
    name = quote(_free_name(situation, ref, f"{ref.name[: _LONGEST_NAME - len(_CHECK)]}{_CHECK}"))
    comment = modify_table(ref)
    drafts.add(
        Draft(
            key=f"require {described(ref)}",
            rank=Rank.REQUIRE,
            statements=(
                PlannedStatement(
                    text=f"{alter} ADD CONSTRAINT {name} CHECK ({quote(ref.name)} IS NOT NULL) NOT VALID",
                    comment=comment,
                    reverse=(f"{alter} ALTER COLUMN {quote(ref.name)} DROP NOT NULL",),
                ),
                PlannedStatement(text=f"{alter} VALIDATE CONSTRAINT {name}", comment=comment, in_transaction=False),
                PlannedStatement(text=f"{alter} {clause}", comment=comment),
                PlannedStatement(text=f"{alter} DROP CONSTRAINT {name}", comment=comment),
            ),
            makes={ref, *situation.implied.get(ref, ())},
            needs=situation.after.needs(ref),
            after=following,
        )
    )


_CHECK = "_is_not_null"


def _is_in_use(situation: Situation, ref: Ref) -> bool:
    """Whether an object belongs to a table, or materialized view, that is there before and after."""
    owner = situation.after.owner(ref)
    return (
        owner is not None
        and owner == situation.before.owner(ref)
        and owner in situation.before.realm
        and owner in situation.after.realm
        and owner not in situation.recreated
    )


def _concurrently(text: str) -> str:
    return text.replace("INDEX ", "INDEX CONCURRENTLY ", 1)


def _free_name(situation: Situation, ref: Ref, wanted: str) -> str:
    """A name that nothing in the schema or table has, before or after."""
    taken = {one.name for realm in (situation.before.realm, situation.after.realm) for one in _neighbours(realm, ref)}
    number = 0
    name = wanted
    while name in taken:
        number += 1
        name = f"{wanted[: _LONGEST_NAME - len(str(number))]}{number}"
    return name


def _neighbours(realm: Realm, ref: Ref) -> list[Ref]:
    return [one for one in realm if one.schema == ref.schema and (one.parent == ref.parent or one.kind != "column")]
