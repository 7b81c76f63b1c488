"""Which objects a user asked for: schema names, and globs that include or exclude (reference 9.5)."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from fnmatch import translate

import msgspec

from schema_core.dialects.protocol import Inspection, Scope
from schema_core.schema.errors import UserError
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_SELECTOR = re.compile(r"\[type=([^\[\]]*)\]$")
_WORDS = {
    "materialized": "materialized view",
    "fk": "foreign key",
    "check": "check constraint",
    "unique": "unique constraint",
    "pk": "primary key",
    "exclude": "exclusion constraint",
    "composite": "composite type",
    "range": "range type",
}
"""The reference's short words for kinds; every other word is the kind itself, underscores read as spaces."""

KINDS = frozenset(
    {
        *("schema", "table", "column", "index", "primary key", "unique constraint", "foreign key", "check constraint"),
        *("exclusion constraint", "view", "materialized view", "sequence", "enum", "domain", "extension"),
        # Modelled for some engines, named for others.
        "trigger",
        # Named, not modelled.
        *("function", "procedure", "aggregate", "window function", "event trigger", "rule", "policy"),
        *("composite type", "range type", "base type", "shell type", "typed table", "foreign table", "server"),
        *("foreign data wrapper", "user mapping", "operator", "operator class", "operator family", "access method"),
        *("cast", "transform", "language", "collation", "conversion", "statistics", "publication", "subscription"),
        *("text search configuration", "text search dictionary", "text search parser", "text search template"),
        *("privileges", "default privileges", "security label", "virtual table", "shadow table"),
        # Never part of a state; the reference's patterns may speak of them.
        *("role", "user"),
    }
)
"""Every kind that a selector may speak of, hyphens read as spaces."""


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """One level of a pattern: a glob, and the kinds it speaks about (empty: all)."""

    glob: re.Pattern[str]
    kinds: frozenset[str]

    def fits(self, name: str, kind: str) -> bool:
        return (not self.kinds or kind.replace("-", " ") in self.kinds) and self.glob.match(name) is not None


def select(inspection: Inspection, scope: Scope, connected_schema: str | None) -> Inspection:
    """The part of an inspection that a scope asks for.

    ``connected_schema`` is the schema that the URL names: everything else is left out, and patterns begin below it.
    Excluding a table takes what belongs to it along; what another object says about an excluded one stays as it is, and
    ``missing`` tells.
    """
    if not (scope.schemas or scope.include or scope.exclude or connected_schema):
        return inspection
    there = {ref.name for ref in inspection.realm if ref.kind == "schema"}
    if absent := sorted(set(scope.schemas) - there):
        raise UserError(f"There is no schema {absent[0]!r}; the database has {', '.join(sorted(there)) or 'none'}.")
    include = [_pattern(text, connected_schema) for text in scope.include]
    exclude = [_pattern(text, connected_schema) for text in scope.exclude]
    schemas = set(scope.schemas) | ({connected_schema} if connected_schema else set())

    def wanted(ref: Ref) -> bool:
        schema = ref.name if ref.kind == "schema" else ref.schema
        if schemas and schema is not None and schema not in schemas:
            return False
        if include and not any(_leads_to(pattern, ref) for pattern in include):
            return False
        return not any(_covers(pattern, ref) for pattern in exclude)

    objects = [item for ref, item in inspection.realm.items() if wanted(ref)]
    kept = {item.ref for item in objects}
    return Inspection(
        realm=Realm(objects),
        unmodelled=tuple(item for item in inspection.unmodelled if wanted(item.ref)),
        identities={ref: identity for ref, identity in inspection.identities.items() if ref in kept},
        needs=inspection.needs,
        uses=inspection.uses,
    )


def _pattern(text: str, connected_schema: str | None) -> tuple[_Part, ...]:
    parts = next(csv.reader([text], delimiter="."), [])
    if connected_schema is not None:
        parts = [re.sub(r"([*?\[])", r"[\1]", connected_schema), *parts]
    if not parts or not all(parts):
        raise UserError(
            f"The pattern {text!r} is empty or has an empty part; write schema.object.child, as in public.users."
        )
    if len(parts) > 3:
        raise UserError(f"too many parts in pattern: {text!r}; write schema.object.child at the most.")
    return tuple(_part(part) for part in parts)


def _part(text: str) -> _Part:
    kinds: frozenset[str] = frozenset()
    if (match := _SELECTOR.search(text)) is not None:
        kinds = frozenset(_kind(word) for word in match[1].split("|"))
        text = text[: match.start()]
    return _Part(glob=re.compile(translate(text), re.DOTALL), kinds=kinds)


def _kind(word: str) -> str:
    kind = _WORDS.get(word, word.replace("_", " "))
    if kind not in KINDS:
        raise UserError(
            f"{word!r} in a [type=…] selector is no kind of object; the kinds are {', '.join(sorted(KINDS))}."
        )
    return kind


def _levels(ref: Ref) -> Sequence[tuple[str, str]]:
    """Name and kind on each level of a pattern; objects outside schemas stand on the first."""
    if ref.schema is None:
        return ((ref.name, ref.kind),)
    if ref.parent is None:
        return ((ref.schema, "schema"), (ref.name, ref.kind))
    return ((ref.schema, "schema"), (ref.parent, "table"), (ref.name, ref.kind))


def _covers(pattern: tuple[_Part, ...], ref: Ref) -> bool:
    """Whether the pattern names the object or something that it belongs to."""
    levels = _levels(ref)
    return len(pattern) <= len(levels) and all(
        part.fits(name, kind) for part, (name, kind) in zip(pattern, levels, strict=False)
    )


def _leads_to(pattern: tuple[_Part, ...], ref: Ref) -> bool:
    """Whether the pattern names the object, something that it belongs to, or something that belongs to it."""
    levels = _levels(ref)
    return all(part.fits(name, kind) for part, (name, kind) in zip(pattern, levels, strict=False))
