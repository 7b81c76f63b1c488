"""Names in the sentences of hits: in double quotes, unescaped, because whoever prints them escapes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schema_core.schema.ref import Ref

_MOST_NAMES = 5


def quoted(names: Iterable[str]) -> str:
    """``"a"``, ``"a" and "b"``, ``"a", "b" and "c"``; a long list ends with the number of what is left out."""
    told = [f'"{name}"' for name in dict.fromkeys(names)]
    if len(told) > _MOST_NAMES:
        told = [*told[: _MOST_NAMES - 1], f"{len(told) - _MOST_NAMES + 1} more"]
    return listed(told)


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def names(refs: Iterable[Ref]) -> str:
    """The objects' own names, quoted."""
    return quoted(ref.name for ref in refs)


def named(refs: Sequence[Ref]) -> str:
    """``table "a"``, ``tables "a" and "b"``, ``table "a" and materialized view "b"``: the names, each with its kind."""
    kinds = dict.fromkeys(ref.kind for ref in refs)
    groups = [[ref for ref in refs if ref.kind == kind] for kind in kinds]
    return listed([f"{plural(group[0].kind, group)} {names(group)}" for group in groups])


def plural(noun: str, refs: Sequence[object]) -> str:
    """``column`` or ``columns``, as many as there are."""
    return noun if len(refs) == 1 else f"{noun}s"
