"""What a plan has to do with: told by digests, and looked at again before the plan is carried out."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from schema_core.dialects.protocol import Inspection
from schema_core.diff.by_name import compare_by_name
from schema_core.schema.changes import Alter, Rename
from schema_core.schema.objects import Extension, ForeignKey, SchemaObject
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_AT_LARGE = frozenset({"schema", "extension"})
"""Kinds that everything has to do with."""


def digest(realm: Realm) -> str:
    """A number for the objects of a realm, equal for equal ones whatever their order, as ``sha256:…``."""
    items = sorted(realm.values(), key=lambda item: (item.ref.kind, item.ref.label()))
    return f"sha256:{sha256(msgspec.json.encode([_plain(item) for item in items], order='deterministic')).hexdigest()}"


def digest_of_texts(texts: Iterable[str]) -> str:
    """A number for statements in their order."""
    return f"sha256:{sha256(msgspec.json.encode(list(texts))).hexdigest()}"


def differences(before: Inspection, now: Inspection, touched: Iterable[Ref]) -> tuple[str, ...]:
    """What has changed in a database since it was read, of that which a plan has to do with, in words.

    ``touched`` are the objects that the plan changes, that it needs and that depend on them; whatever belongs to their
    tables, or has come to speak of them since, counts as well.
    """
    known = set(touched)
    families = {(ref.schema, ref.parent or ref.name) for ref in known if ref.kind not in _AT_LARGE}
    own = {ref for ref in known if ref.kind not in _AT_LARGE}

    def concerns(ref: Ref) -> bool:
        if ref in known or (ref.schema, ref.parent or ref.name) in families:
            return ref.kind not in _AT_LARGE or ref in known
        item = now.realm.get(ref)
        needed = (*now.needs.get(ref, ()), *now.uses.get(ref, ()))
        if isinstance(item, ForeignKey):
            needed = (*needed, item.references)
        return any(need in own or (need.schema, need.parent or need.name) in families for need in needed)

    words = [
        f"{change.ref.kind} {change.ref.label()} {_WORDS[type(change).__name__]}"
        for change in compare_by_name(before.realm, now.realm)
        if concerns(change.ref) or (isinstance(change, Alter | Rename) and concerns(change.before.ref))
    ]
    old, new = {item.ref for item in before.unmodelled}, {item.ref for item in now.unmodelled}
    for refs, word in ((old - new, _WORDS["Drop"]), (new - old, _WORDS["Create"])):
        words += sorted(f"{ref.kind} {ref.label()} {word}" for ref in refs if concerns(ref))
    return tuple(words)


_WORDS = {"Create": "is new", "Drop": "is gone", "Alter": "is another", "Rename": "has another name"}


def _plain(item: SchemaObject) -> object:
    skipped = item.NOT_COMPARED | ({"version"} if isinstance(item, Extension) else set())
    fields = {name: getattr(item, name) for name in item.__struct_fields__ if name not in skipped}
    return [type(item).__name__, item.ref, fields]
