"""Steps about views and materialized views."""

from __future__ import annotations

from schema_core.dialects.postgres.objects import materialized_view, view, view_column
from schema_core.dialects.postgres.objects.comment import set_comment
from schema_core.dialects.postgres.objects.index import PostgresIndex
from schema_core.dialects.postgres.objects.materialized_view import PostgresMaterializedView
from schema_core.dialects.postgres.objects.storage_options import option_changes
from schema_core.dialects.postgres.objects.view import PostgresView
from schema_core.dialects.postgres.planning.connections import Connections
from schema_core.dialects.postgres.planning.drafts import Draft, Drafts, Rank, draft_comment, undone_together
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.table_texts import add_statements
from schema_core.dialects.postgres.planning.wording import commented, created, dropped
from schema_core.dialects.postgres.quoting import qualified
from schema_core.schema.changes import Alter
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.ref import Ref

View = PostgresView | PostgresMaterializedView


def draft_views(situation: Situation, drafts: Drafts) -> None:
    """All steps about views and materialized views."""
    for item in situation.created.values():
        if isinstance(item, View):
            _create(situation, drafts, item.ref)
    for item in situation.dropped.values():
        if isinstance(item, View):
            _drop(situation, drafts, item)
    for ref in situation.recreated:
        before = situation.before.realm[ref]
        if isinstance(before, View):
            _drop(situation, drafts, before)
            _create(situation, drafts, ref)
    for ref, change in situation.altered.items():
        if ref not in situation.recreated and isinstance(change.after, View):
            _alter(situation, drafts, change)
            draft_comment(drafts, change)


def _made(connections: Connections, ref: Ref, *, populate: bool = False) -> list[tuple[str, str]]:
    """The statements that make a view with its settings and comment; a materialized view's indexes are others'.

    ``populate`` is for a materialized view that others read, even when it is to be empty in the end.
    """
    item = connections.realm[ref]
    if isinstance(item, PostgresView):
        texts = [view.create(item)]
    elif isinstance(item, PostgresMaterializedView):
        texts = [materialized_view.create(item, populate=populate)]
    else:
        return []
    texts += view_column.adjust(ref, item.columns)
    statements = [(text, created(ref)) for text in texts]
    if item.comment is not None:
        statements.append((set_comment(item), commented(ref)))
    return statements


def _create(situation: Situation, drafts: Drafts, ref: Ref) -> None:
    realm = situation.after.realm
    item = realm[ref]
    uses = situation.after.inspection.uses.get(ref, ())
    if any(use.kind == "column" and (use.schema, use.parent) == (ref.schema, ref.name) for use in uses):
        situation.refuse(f"{described(ref)} reads itself, so that nothing creates it in one statement")
    readers = [one for one in situation.after.dependents(ref) if one.kind == "materialized view"]
    filled = bool(readers) and isinstance(item, PostgresMaterializedView) and not item.populated
    statements = _made(situation.after, ref, populate=filled)
    makes = {ref}
    if filled and isinstance(item, PostgresMaterializedView):
        emptied = PlannedStatement(text=materialized_view.empty(item), comment=f'refresh "{ref.name}" {ref.kind}')
        drafts.add(
            Draft(key=f"empty {described(ref)}", rank=Rank.COMMENT, statements=(emptied,), needs={ref, *readers})
        )
    if ref.kind == "materialized view" and ref not in situation.recreated:
        for child in realm.children(ref):
            if isinstance(child, PostgresIndex):
                statements += [
                    (text, f'create index "{child.ref.name}" to table: "{ref.name}"') for text in add_statements(child)
                ]
                makes.add(child.ref)
    drafts.add(
        Draft(
            key=f"create {described(ref)}",
            rank=Rank.VIEW,
            statements=undone_together(statements, (f"DROP {ref.kind.upper()} {qualified(ref)}",)),
            makes=makes,
            needs=situation.after.needs_of_family(ref),
        )
    )


def _drop(situation: Situation, drafts: Drafts, item: View) -> None:
    ref = item.ref
    reverse = [text for text, _ in _made(situation.before, ref)]
    readers = [one for one in situation.before.dependents(ref) if one.kind == "materialized view"]
    lost = bool(readers) and isinstance(item, PostgresMaterializedView) and not item.populated
    children = [child for child in situation.before.realm.children(ref) if isinstance(child, PostgresIndex)]
    reverse += [text for child in children for text in add_statements(child)]
    drafts.add(
        Draft(
            key=f"drop {described(ref)}",
            rank=Rank.MAKE_ROOM if ref in situation.recreated else Rank.DROP_VIEW,
            statements=(
                PlannedStatement(
                    text=f"DROP {ref.kind.upper()} {qualified(ref)}",
                    comment=dropped(ref),
                    reverse=() if lost else tuple(reverse),
                    irreversible="what reads an empty materialized view cannot be made while it is empty"
                    if lost
                    else None,
                ),
            ),
            ends={ref, *(child.ref for child in children)},
            needed=situation.before.needs_of_family(ref),
        )
    )


def _alter(situation: Situation, drafts: Drafts, change: Alter) -> None:
    before, after, ref = change.before, change.after, change.ref
    word = f"ALTER {ref.kind.upper()} {qualified(ref)}"
    comment = f'modify "{ref.name}" {ref.kind}'
    statements: list[PlannedStatement] = []
    if isinstance(before, PostgresView) and isinstance(after, PostgresView) and before.definition != after.definition:
        # Undoing may take columns away, which only a new view can.
        shrinks = before.output != after.output
        undo = (f"DROP VIEW {qualified(ref)}", view.create(before)) if shrinks else (view.create(before, replace=True),)
        if shrinks and before.comment is not None:
            undo = (*undo, set_comment(before))
        statements.append(PlannedStatement(text=view.create(after, replace=True), comment=comment, reverse=undo))
    elif isinstance(before, View) and isinstance(after, View):
        forwards, backwards = (
            option_changes(before.options, after.options),
            option_changes(after.options, before.options),
        )
        statements += [
            PlannedStatement(
                text=f"{word} {clause}",
                comment=comment,
                reverse=tuple(f"{word} {one}" for one in backwards) if not number else (),
            )
            for number, clause in enumerate(forwards)
        ]
    if (
        isinstance(before, PostgresMaterializedView)
        and isinstance(after, PostgresMaterializedView)
        and before.populated != after.populated
    ):
        statements.append(
            PlannedStatement(
                text=_refresh(after), comment=f'refresh "{ref.name}" {ref.kind}', reverse=(_refresh(before),)
            )
        )
    if statements:
        drafts.add(
            Draft(
                key=f"replace {described(ref)}",
                rank=Rank.VIEW,
                statements=statements,
                makes={ref},
                needs=situation.after.needs(ref),
                needed=situation.before.needs(ref),
            )
        )


def _refresh(item: PostgresMaterializedView) -> str:
    return f"REFRESH MATERIALIZED VIEW {qualified(item.ref)}" if item.populated else materialized_view.empty(item)
