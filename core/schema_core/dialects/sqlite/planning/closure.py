"""The part of two states that a plan's proof needs: what changes, what that uses, and what uses it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from schema_core.dialects.protocol import Inspection
from schema_core.dialects.sqlite.planning.mentions import mentioned
from schema_core.dialects.sqlite.quoting import fold
from schema_core.schema.changes import Alter, Change, Rename
from schema_core.schema.objects import SchemaObject
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def closure(before: Inspection, after: Inspection, changes: Sequence[Change]) -> tuple[Realm, Realm]:
    """See ``protocol.Planner.closure``."""
    touched = {
        _head(ref)
        for change in changes
        for ref in ((change.before.ref, change.ref) if isinstance(change, Alter | Rename) else (change.ref,))
    }
    included = _reached(before.realm, touched) | _reached(after.realm, touched)
    return _part(before.realm, included), _part(after.realm, included)


def _head(ref: Ref) -> str:
    """The folded name of the table or view that an object is or belongs to."""
    return fold(ref.parent if ref.parent is not None else ref.name)


def _reached(realm: Realm, touched: set[str]) -> set[str]:
    """What is touched, all that uses it, whoever uses that, and what all of these use."""
    uses: defaultdict[str, set[str]] = defaultdict(set)
    used_by: defaultdict[str, set[str]] = defaultdict(set)
    for item in realm.values():
        head = _head(item.ref)
        for name in mentioned(item):
            uses[head].add(name)
            used_by[name].add(head)
    return _spread(_spread(set(touched), used_by), uses)


def _spread(names: set[str], edges: dict[str, set[str]]) -> set[str]:
    waiting = list(names)
    while waiting:
        for name in edges.get(waiting.pop(), ()):
            if name not in names:
                names.add(name)
                waiting.append(name)
    return names


def _part(realm: Realm, included: set[str]) -> Realm:
    def wanted(item: SchemaObject) -> bool:
        return item.ref.kind == "schema" or _head(item.ref) in included

    return Realm(item for item in realm.values() if wanted(item))
