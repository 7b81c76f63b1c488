"""Steps about indexes and constraints of tables and materialized views that stay."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.objects import check_constraint, foreign_key
from schema_core.dialects.postgres.objects.check_constraint import PostgresCheckConstraint
from schema_core.dialects.postgres.objects.comment import set_comment
from schema_core.dialects.postgres.objects.foreign_key import PostgresForeignKey
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.key_index import attach
from schema_core.dialects.postgres.objects.storage_options import option_changes
from schema_core.dialects.postgres.objects.table import PostgresTable
from schema_core.dialects.postgres.planning.drafts import Draft, Drafts, Rank, draft_comment, undone_together
from schema_core.dialects.postgres.planning.gentle_keys import (
    concurrent_statements,
    draft_replacement,
    draft_validation,
    drop_index,
    is_built_concurrently,
    is_dropped_concurrently,
    is_replaced_without_a_gap,
    is_validated_later,
)
from schema_core.dialects.postgres.planning.inheritance import KEYS
from schema_core.dialects.postgres.planning.partitions import draft_partitioned_key, is_attached_anew
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.table_texts import Key, add_key, add_statements, drop_key, key_statements
from schema_core.dialects.postgres.planning.tables import is_dropped_apart
from schema_core.dialects.postgres.planning.wording import commented, modify_table
from schema_core.dialects.postgres.quoting import qualified, quote, table_of
from schema_core.schema.changes import Alter
from schema_core.schema.objects import SchemaObject
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.ref import Ref


def draft_keys(situation: Situation, drafts: Drafts) -> None:
    """All steps about indexes and constraints that are not part of a table's own."""
    for item in situation.created.values():
        if _is_created_by_itself(situation, item):
            _create(situation, drafts, item)
    for item in situation.dropped.values():
        if _is_dropped_by_itself(situation, item):
            _drop(situation, drafts, item)
    for ref in situation.recreated:
        if ref.parent is not None and ref.kind != "column":
            if is_replaced_without_a_gap(situation, ref):
                draft_replacement(situation, drafts, ref)
                continue
            if not _goes_along(situation, ref):
                _drop(situation, drafts, situation.before.realm[ref])
            _create(situation, drafts, situation.after.realm[ref])
    _draft_altered(situation, drafts)


def _draft_altered(situation: Situation, drafts: Drafts) -> None:
    for renaming in situation.renamed.values():
        _rename(situation, drafts, renaming.before.ref, renaming.after.ref)
    for ref, change in situation.altered.items():
        if ref not in situation.recreated and ref.parent is not None and ref.kind != "column":
            _alter(drafts, change)
            draft_comment(drafts, change)


def _is_created_by_itself(situation: Situation, item: SchemaObject) -> bool:
    return item.ref.parent is not None and (_stays(situation, item.ref) or _is_foreign_key_to_others(item))


def _is_dropped_by_itself(situation: Situation, item: SchemaObject) -> bool:
    ref = item.ref
    if ref.parent is None or ref.kind == "column":
        return False
    if Ref("table", ref.schema, None, ref.parent) in situation.dropped:
        return isinstance(item, PostgresForeignKey) and is_dropped_apart(situation, item)
    return _stays(situation, ref) and not _goes_along(situation, ref)


def add_again(situation: Situation, item: SchemaObject) -> Iterator[str]:
    """The statements that make an index or constraint of the state before again, with those that are part of it."""
    realm = situation.before.realm
    parts = [realm[ref] for ref in situation.implied.get(item.ref, ()) if ref.kind in KEYS]
    yield from add_statements(item, only=bool(parts))
    for part in parts:
        yield from add_again(situation, part)
        yield attach(item.ref, part.ref)


def _stays(situation: Situation, ref: Ref) -> bool:
    """Whether the owner is there before and after, as the same object."""
    before, after = situation.before.owner(ref), situation.after.owner(ref)
    return before == after and before in situation.before.realm and after in situation.after.realm


def _is_foreign_key_to_others(item: SchemaObject) -> bool:
    return isinstance(item, PostgresForeignKey) and (item.references.schema, item.references.name) != (
        item.ref.schema,
        item.ref.parent,
    )


def _goes_along(situation: Situation, ref: Ref) -> bool:
    """Whether the server drops it with a column of its table, or with the view that it belongs to."""
    if ref.kind == "foreign key":
        # Said all the same, so that undoing makes it again after all keys.
        return False
    owner = situation.before.owner(ref)
    if owner is not None and owner in situation.recreated:
        return True
    return any(
        need.kind == "column"
        and (need.schema, need.parent) == (ref.schema, ref.parent)
        and _column_goes(situation, need)
        for need in situation.before.needs(ref)
    )


def _column_goes(situation: Situation, column: Ref) -> bool:
    return situation.is_gone_before(column) or any(
        column in heirs and situation.is_gone_before(parent) for parent, heirs in situation.implied.items()
    )


def _create(situation: Situation, drafts: Drafts, item: SchemaObject) -> None:
    ref = item.ref
    attached = is_attached_anew(situation, item)
    if isinstance(item, Key):
        owner = situation.after.realm.get(Ref("table", ref.schema, None, ref.parent or ""))
        if (
            isinstance(owner, PostgresTable)
            and owner.partition_by is not None
            and situation.after.children_of(owner.ref)
        ):
            draft_partitioned_key(situation, drafts, item)
            return
        if is_built_concurrently(situation, item):
            drafts.add(
                Draft(
                    key=f"create {described(ref)}",
                    rank=Rank.INDEX,
                    statements=concurrent_statements(item, attached=attached),
                    makes={ref},
                    needs=situation.after.needs(ref),
                )
            )
            return
        head = f"ALTER TABLE {table_of(ref)}"
        statements = list(key_statements(item, only=False))
        first = statements[0][0]
        needs = situation.after.needs(ref)
        if isinstance(item, PostgresIndex) or len(add_key(item)) > 1:
            drafts.add(
                Draft(
                    key=f"create {described(ref)}",
                    rank=Rank.INDEX,
                    statements=undone_together(statements, () if attached else (drop_key(item),)),
                    makes={ref},
                    needs=needs,
                )
            )
            return
        clause = first.removeprefix(f"{head} ")
    elif isinstance(item, PostgresForeignKey):
        clause, needs = foreign_key.addition(item), situation.after.needs(ref)
    elif isinstance(item, PostgresCheckConstraint):
        clause, needs = check_constraint.addition(item), situation.after.needs(ref)
    else:
        return
    if is_validated_later(situation, item):
        clause += " NOT VALID"
        draft_validation(drafts, item)
    drafts.add(
        Draft(
            key=f"add {described(ref)}",
            rank=Rank.ALTER_TABLE,
            head=f"ALTER TABLE {table_of(ref)}",
            part=2 if ref.kind == "foreign key" else 1,
            comment=modify_table(ref),
            clauses=[clause],
            reverse=[] if attached else [f"DROP CONSTRAINT {quote(ref.name)}"],
            makes={ref, *situation.implied.get(ref, ())},
            needs=needs,
        )
    )
    if item.comment is not None:
        drafts.add(
            Draft(
                key=f"comment on {described(ref)}",
                rank=Rank.COMMENT,
                statements=(PlannedStatement(text=set_comment(item), comment=commented(ref)),),
                needs={ref},
            )
        )


def _drop(situation: Situation, drafts: Drafts, item: SchemaObject) -> None:
    ref = item.ref
    ends = {ref, *situation.implied.get(ref, ())}
    needed = situation.before.needs(ref)
    again = ref in situation.recreated
    if isinstance(item, PostgresIndex):
        gently = is_dropped_concurrently(situation, item)
        drafts.add(
            Draft(
                key=f"drop {described(ref)}",
                rank=Rank.MAKE_ROOM if again else Rank.DROP_INDEX,
                statements=(
                    PlannedStatement(
                        text=drop_index(item) if gently else drop_key(item),
                        comment=f'drop index "{ref.name}" from table: "{ref.parent}"',
                        reverse=tuple(add_again(situation, item)),
                        in_transaction=not gently,
                    ),
                ),
                ends=ends,
                needed=needed,
            )
        )
        return
    head = f"ALTER TABLE {table_of(ref)}"
    first, *rest = add_again(situation, item)
    inside = first.startswith(f"{head} ") and ref.kind != "foreign key"
    drafts.add(
        Draft(
            key=f"drop {described(ref)}",
            rank=Rank.ALTER_TABLE,
            head=f"ALTER TABLE {table_of(ref)}",
            part=0,
            comment=modify_table(ref),
            clauses=[f"DROP CONSTRAINT {quote(ref.name)}"],
            reverse=[first.removeprefix(f"{head} ")] if inside else [],
            afterwards=rest if inside else [first, *rest],
            ends=ends,
            needed=needed,
        )
    )


def _rename(situation: Situation, drafts: Drafts, before: Ref, after: Ref) -> None:
    if _goes_along(situation, before):
        # Its column is made anew, and so is it.
        _create(situation, drafts, situation.after.realm[after])
        return
    if before.kind == "index":
        comment = f'rename an index from "{before.name}" to "{after.name}"'
    else:
        comment = f'rename a constraint from "{before.name}" to "{after.name}"'
    drafts.add(
        Draft(
            key=f"rename {described(before)}",
            rank=Rank.RENAME,
            statements=(
                PlannedStatement(
                    text=_renaming(before, after.name), comment=comment, reverse=(_renaming(after, before.name),)
                ),
            ),
            makes={after},
            ends={before},
        )
    )


def _renaming(ref: Ref, name: str) -> str:
    if ref.kind == "index":
        return f"ALTER INDEX {qualified(Ref('index', ref.schema, None, ref.name))} RENAME TO {quote(name)}"
    return f"ALTER TABLE {table_of(ref)} RENAME CONSTRAINT {quote(ref.name)} TO {quote(name)}"


def _alter(drafts: Drafts, change: Alter) -> None:
    before, after = change.before, change.after
    if isinstance(before, PostgresIndex) and isinstance(after, PostgresIndex):
        _alter_index(drafts, before, after)
        return
    clauses: list[str] = []
    reverse: list[str] = []
    irreversible = None
    if not getattr(before, "validated", True) and getattr(after, "validated", True):
        clauses.append(f"VALIDATE CONSTRAINT {quote(after.ref.name)}")
        irreversible = "a constraint that was validated cannot be made unvalidated in place"
    if (
        isinstance(before, PostgresForeignKey)
        and isinstance(after, PostgresForeignKey)
        and foreign_key.deferral(before) != foreign_key.deferral(after)
    ):
        clauses.append(foreign_key.deferral(after))
        reverse.append(foreign_key.deferral(before))
    if clauses:
        drafts.add(
            Draft(
                key=f"alter {described(after.ref)}",
                rank=Rank.ALTER_TABLE,
                head=f"ALTER TABLE {table_of(after.ref)}",
                comment=modify_table(after.ref),
                clauses=clauses,
                reverse=reverse,
                irreversible=irreversible,
                makes={after.ref},
            )
        )


def _alter_index(drafts: Drafts, before: PostgresIndex, after: PostgresIndex) -> None:
    statements = list(zip(_index_changes(before, after), _index_changes(after, before), strict=False))
    if not statements:
        return
    drafts.add(
        Draft(
            key=f"alter {described(after.ref)}",
            rank=Rank.INDEX,
            statements=[
                PlannedStatement(text=text, comment=f'modify index "{after.ref.name}"', reverse=(undo,))
                for text, undo in statements
            ],
            makes={after.ref},
        )
    )


def _index_changes(before: PostgresIndex, after: PostgresIndex) -> Iterator[str]:
    alter = f"ALTER INDEX {qualified(Ref('index', after.ref.schema, None, after.ref.name))}"
    options = option_changes(before.options, after.options)
    if options:
        yield f"{alter} {', '.join(options)}"
    if before.tablespace != after.tablespace:
        yield f"{alter} SET TABLESPACE {quote(after.tablespace or 'pg_default')}"
    if before.clustered != after.clustered:
        on = f"CLUSTER ON {quote(after.ref.name)}" if after.clustered else "SET WITHOUT CLUSTER"
        yield f"ALTER TABLE {table_of(after.ref)} {on}"
    if before.replica_identity != after.replica_identity:
        how = f"USING INDEX {quote(after.ref.name)}" if after.replica_identity else "DEFAULT"
        yield f"ALTER TABLE ONLY {table_of(after.ref)} REPLICA IDENTITY {how}"
