"""Any result as JSON: the typed object itself, snake_case, secrets removed.

Every schema object carries its ``kind`` first; a realm is the list of its objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from schema_core.schema.objects import SchemaObject
from schema_core.text.json_text import json_text

OUR_WORDS = frozenset({"certainty", "change", "engine", "fail_on", "kind", "purpose", "severity", "verdict"})
"""Keys whose values are a fixed vocabulary: removing a secret from them would hide nothing and break readers."""


def render(result: msgspec.Struct) -> str:
    """The result as indented JSON."""
    return json_text(plain(result), our_words=OUR_WORDS)


def plain(value: Any) -> Any:
    """The value as dictionaries, lists, strings, numbers, booleans and None."""
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        tagged = {config.tag_field: config.tag} if config.tag_field is not None else {}
        kind = {"kind": value.ref.kind} if isinstance(value, SchemaObject) else {}
        return tagged | kind | {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        return [plain(item) for item in value.values()]
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
