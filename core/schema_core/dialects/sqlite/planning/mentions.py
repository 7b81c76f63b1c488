"""Which names a definition mentions. SQLite keeps views and triggers as text and says nothing of what they use."""

from __future__ import annotations

from collections.abc import Iterable

from schema_core.dialects.sqlite.lexer import tokens
from schema_core.dialects.sqlite.quoting import fold
from schema_core.schema.objects import ForeignKey, SchemaObject, Trigger, View
from schema_core.schema.realm import Realm


def mentioned(item: SchemaObject) -> frozenset[str]:
    """The folded names that an object may use, its own table's or view's among them; some of them may mean others."""
    found: set[str] = set()
    if isinstance(item, View | Trigger):
        found = {fold(token.name()) for token in tokens(item.definition.encode()) if _may_be_name(token.kind)}
    if isinstance(item, ForeignKey):
        found = {fold(item.references.name)}
    if item.ref.parent is not None:
        found.add(fold(item.ref.parent))
    return frozenset(found)


def _may_be_name(kind: str) -> bool:
    return kind in ("word", "quoted", "string")


def users(realm: Realm, names: Iterable[str]) -> tuple[View | Trigger, ...]:
    """Views and triggers that mention one of the folded names."""
    wanted = frozenset(names)
    found: list[View | Trigger] = [*realm.of(View), *realm.of(Trigger)]
    return tuple(item for item in found if mentioned(item) & wanted)
