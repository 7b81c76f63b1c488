"""Steps about what stands outside tables: schemas, extensions, enums, domains and sequences."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.postgres.objects import domain, enum, extension, schema, sequence
from schema_core.dialects.postgres.objects.comment import set_comment
from schema_core.dialects.postgres.objects.sequence import PostgresSequence
from schema_core.dialects.postgres.planning.drafts import Draft, Drafts, Rank, draft_comment, undone_together
from schema_core.dialects.postgres.planning.situation import Situation, described
from schema_core.dialects.postgres.planning.wording import commented, created, dropped
from schema_core.dialects.postgres.quoting import qualified, quote
from schema_core.schema.changes import Alter
from schema_core.schema.objects import Domain, Enum, Extension, Schema, SchemaObject
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.ref import Ref

_RANKS = {
    "schema": (Rank.SCHEMA, Rank.DROP_SCHEMA),
    "extension": (Rank.EXTENSION, Rank.DROP_EXTENSION),
    "enum": (Rank.TYPE, Rank.DROP_TYPE),
    "domain": (Rank.TYPE, Rank.DROP_TYPE),
    "sequence": (Rank.SEQUENCE, Rank.DROP_SEQUENCE),
}


def draft_types(situation: Situation, drafts: Drafts) -> None:
    """All steps about objects that stand outside tables and are not views."""
    for ref, item in situation.created.items():
        if ref.kind in _RANKS:
            _create(situation, drafts, item)
    for ref, item in situation.dropped.items():
        if ref.kind in _RANKS and not _goes_along(situation, item):
            _drop(situation, drafts, item)
    for ref, change in situation.altered.items():
        if ref.kind in _RANKS:
            _alter(situation, drafts, change)
            if ref not in situation.swapped:
                draft_comment(drafts, change)


def old_name(ref: Ref) -> Ref:
    """The name that a type has while its values go over to the one that takes its name."""
    return Ref(ref.kind, ref.schema, None, f"{ref.name[:50]}__old")


def _made(item: SchemaObject) -> Iterator[tuple[str, str]]:
    ref = item.ref
    match item:
        case Schema():
            yield schema.create(item), f'add new schema named "{ref.name}"'
        case Extension():
            yield extension.create(item), created(ref)
        case Enum():
            yield enum.create(item), f'create enum type "{ref.name}"'
        case Domain():
            yield from ((text, f'create domain type "{ref.name}"') for text in domain.create(item))
        case PostgresSequence():
            yield sequence.create(item), created(ref)
        case _:
            return
    if item.comment is not None:
        yield set_comment(item), commented(ref)


def _drop_text(ref: Ref) -> str:
    word = {"enum": "TYPE"}.get(ref.kind, ref.kind.upper())
    return f"DROP {word} {qualified(ref)}"


def _create(situation: Situation, drafts: Drafts, item: SchemaObject) -> None:
    ref = item.ref
    if isinstance(item, PostgresSequence) and item.owned_by is not None and _takes_over(situation, item):
        return
    drafts.add(
        Draft(
            key=f"create {described(ref)}",
            rank=_RANKS[ref.kind][0],
            statements=undone_together(list(_made(item)), (_drop_text(ref),)),
            makes={ref},
            needs=situation.after.needs(ref),
        )
    )
    if isinstance(item, PostgresSequence):
        owning = sequence.own(item)
        if owning is not None and item.owned_by is not None:
            drafts.add(
                Draft(
                    key=f"own {described(ref)}",
                    rank=Rank.VIEW,
                    statements=(
                        PlannedStatement(
                            text=owning,
                            comment=f'modify "{ref.name}" sequence',
                            reverse=(f"ALTER SEQUENCE {qualified(ref)} OWNED BY NONE",),
                        ),
                    ),
                    needs={item.owned_by, ref},
                )
            )


def _takes_over(situation: Situation, item: PostgresSequence) -> bool:
    """Whether the sequence's column was an identity, whose numbers the sequence goes on with."""
    change = situation.altered.get(item.owned_by) if item.owned_by is not None else None
    return change is not None and (
        getattr(change.before, "identity", None) is not None and getattr(change.after, "identity", None) is None
    )


def _goes_along(situation: Situation, item: SchemaObject) -> bool:
    """Whether a sequence is dropped with the column that owns it, or turned into that column's identity."""
    if not isinstance(item, PostgresSequence) or item.owned_by is None:
        return False
    owner = item.owned_by
    table = Ref("table", owner.schema, None, owner.parent or "")
    if table in situation.dropped or owner in situation.dropped:
        return True
    change = situation.altered.get(owner)
    return change is not None and (
        getattr(change.before, "identity", None) is None and getattr(change.after, "identity", None) is not None
    )


def _drop(situation: Situation, drafts: Drafts, item: SchemaObject) -> None:
    ref = item.ref
    comment = {
        "schema": f'drop schema named "{ref.name}"',
        "enum": f'drop enum type "{ref.name}"',
        "domain": f'drop domain type "{ref.name}"',
    }.get(ref.kind, dropped(ref))
    reverse = [text for text, _ in _made(item)]
    if isinstance(item, PostgresSequence) and (owning := sequence.own(item)) is not None:
        reverse.append(owning)
    drafts.add(
        Draft(
            key=f"drop {described(ref)}",
            rank=_RANKS[ref.kind][1],
            statements=(PlannedStatement(text=_drop_text(ref), comment=comment, reverse=tuple(reverse)),),
            ends={ref},
            needed=situation.before.needs(ref),
        )
    )


def _alter(situation: Situation, drafts: Drafts, change: Alter) -> None:
    before, after, ref = change.before, change.after, change.ref
    if isinstance(before, Enum) and isinstance(after, Enum):
        if ref in situation.swapped:
            _swap(situation, drafts, before, after)
        elif before.values != after.values:
            _extend(situation, drafts, before, after)
        return
    forwards: list[str] = []
    backwards: list[str] = []
    if isinstance(before, Domain) and isinstance(after, Domain):
        if (before.type, before.collation) != (after.type, after.collation):
            situation.refuse(
                f"{described(ref)} is based on {before.type}, and the base type of a domain cannot become {after.type}"
            )
            return
        forwards, backwards = list(domain.alter(before, after)), list(domain.alter(after, before))
    elif isinstance(before, PostgresSequence) and isinstance(after, PostgresSequence):
        forwards, backwards = sequence.alter(before, after), sequence.alter(after, before)
        _alter_owner(drafts, before, after)
    elif isinstance(before, Extension) and isinstance(after, Extension) and before.installed_in != after.installed_in:
        forwards, backwards = [extension.move(after)], [extension.move(before)]
    if forwards:
        drafts.add(
            Draft(
                key=f"alter {described(ref)}",
                rank=_RANKS[ref.kind][0],
                statements=undone_together(
                    [(text, f'modify "{ref.name}" {ref.kind}') for text in forwards], tuple(backwards)
                ),
                makes={ref},
                needs=situation.after.needs(ref),
            )
        )


def _alter_owner(drafts: Drafts, before: PostgresSequence, after: PostgresSequence) -> None:
    if before.owned_by == after.owned_by:
        return
    nobody = f"ALTER SEQUENCE {qualified(after.ref)} OWNED BY NONE"
    drafts.add(
        Draft(
            key=f"own {described(after.ref)}",
            rank=Rank.MAKE_ROOM,
            statements=(
                PlannedStatement(
                    text=sequence.own(after) or nobody,
                    comment=f'modify "{after.ref.name}" sequence',
                    reverse=(sequence.own(before) or nobody,),
                ),
            ),
            needs={after.owned_by} if after.owned_by is not None else set(),
            # Otherwise the sequence would go with the column that owned it.
            needed={before.owned_by} if before.owned_by is not None else set(),
        )
    )


def _extend(situation: Situation, drafts: Drafts, before: Enum, after: Enum) -> None:
    """ADD VALUE, each in its place; committed before anything can speak of the value."""
    ref = after.ref
    used = any(
        ref in situation.after.needs(one)
        for one in (*situation.created, *situation.altered, *situation.recreated)
        if one != ref
    )
    drafts.add(
        Draft(
            key=f"alter {described(ref)}",
            rank=Rank.TYPE,
            statements=[
                PlannedStatement(
                    text=text,
                    comment=f'add value to enum type: "{ref.name}"',
                    irreversible="PostgreSQL cannot take a value away from an enum",
                    in_transaction=not used,
                )
                for text in enum.additions(before, after) or ()
            ],
            makes={ref},
        )
    )


def _swap(situation: Situation, drafts: Drafts, before: Enum, after: Enum) -> None:
    """A new type takes the name; columns go over to it, and the old one is dropped."""
    ref, spare = after.ref, old_name(after.ref)
    name, rename = qualified(ref), f"ALTER TYPE {qualified(ref)} RENAME TO {quote(spare.name)}"
    back = f"ALTER TYPE {qualified(spare)} RENAME TO {quote(ref.name)}"
    made = [(rename, f'rename enum type "{ref.name}" to make room'), *_made(after)]
    drafts.add(
        Draft(
            key=f"swap {described(ref)}",
            rank=Rank.TYPE,
            statements=undone_together(made, (f"DROP TYPE {name}", back)),
            makes={ref},
            ends={ref},
        )
    )
    old = Enum(ref=spare, comment=before.comment, values=before.values)
    drafts.add(
        Draft(
            key=f"drop old {described(ref)}",
            rank=Rank.DROP_TYPE,
            statements=(
                PlannedStatement(
                    text=f"DROP TYPE {qualified(spare)}",
                    comment=f'drop enum type "{spare.name}"',
                    reverse=tuple(text for text, _ in _made(old)),
                ),
            ),
            after={f"swap {described(ref)}"},
            ends={spare},
            outlives=set(situation.before.dependents(ref)),
        )
    )
