"""Looks up why a statement made the server rewrite, scan, build or lock."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from schema_core.schema.statements import Action

Family = Literal["rewrite", "scan", "index build", "blocking lock"]
"""The four kinds of effects that rules without a name of their own report."""


class Cause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reason for one family of effects.

    It fits actions of ``kinds`` that have all of ``options``, none of ``without`` and, where ``details`` is given, one
    of these details, on a server of ``majors`` (first and last). ``because`` and ``instead`` are one sentence each;
    ``codes`` are the catalogue's codes of the hazard, the nearest first.
    """

    id: str
    family: Family
    codes: tuple[str, ...]
    kinds: frozenset[str]
    options: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    details: frozenset[str] = frozenset()
    majors: tuple[int, int]
    because: str
    instead: str
    source: str

    def fits(self, action: Action) -> bool:
        """Whether the action can have had the effect for this reason."""
        return (
            action.kind in self.kinds
            and all(action.has(option) for option in self.options)
            and not any(action.has(option) for option in self.without)
            and (not self.details or action.detail in self.details)
        )


def explain(family: Family, actions: tuple[Action, ...], major: int, dialect: str) -> Cause | None:
    """Why a statement with these actions had an effect of the family; None when no row of the dialect's file says so.

    Rows are tried in order, the most specific first, each on all actions of the statement. A major newer than the file
    is answered by the newest rows.
    """
    known = min(major, max((cause.majors[1] for cause in causes(dialect)), default=major))
    for cause in causes(dialect):
        if cause.family == family and cause.majors[0] <= known <= cause.majors[1]:
            for action in actions:
                if cause.fits(action):
                    return cause
    return None


@cache
def causes(dialect: str) -> tuple[Cause, ...]:
    """All rows of a dialect, in order; none for a dialect without a file."""
    data = files(__package__) / f"{dialect}.toml"
    if not data.is_file():
        return ()
    return msgspec.convert(tomllib.loads(data.read_text(encoding="utf-8"))["cause"], tuple[Cause, ...])
