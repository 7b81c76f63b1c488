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
    of these details, on a server of ``majors`` (first and last). ``others`` says that it reaches tables which the
    statement's text does not name, beyond the partitions of those that it names. ``because`` and ``instead`` are one
    sentence each; ``codes`` are the catalogue's codes of the hazard, the nearest first.
    """

    id: str
    family: Family
    codes: tuple[str, ...]
    kinds: frozenset[str]
    options: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    details: frozenset[str] = frozenset()
    others: bool = False
    majors: tuple[int, int]
    because: str
    instead: str
    source: str

    def reason(self) -> str:
        """``because`` as the end of a sentence: without its full stop, its first word as it stands within one."""
        text = self.because.rstrip(".")
        first = text.partition(" ")[0]
        return text[:1].lower() + text[1:] if first[1:] == first[1:].lower() else text

    def fits(self, action: Action) -> bool:
        """Whether the action can have had the effect for this reason."""
        return (
            action.kind in self.kinds
            and all(action.has(option) for option in self.options)
            and not any(action.has(option) for option in self.without)
            and (not self.details or action.detail in self.details)
        )


def explain(
    family: Family, actions: tuple[Action, ...], major: int, dialect: str, *, named: bool = True
) -> Cause | None:
    """Why a statement with these actions had an effect of the family; None when no row of the dialect's file says so.

    Rows are tried in order, the most specific first, each on all actions of the statement; for a table that is not
    ``named`` in the text, those that reach other tables come first. A major newer than the file is answered by the
    newest rows.
    """
    known = min(major, max((cause.majors[1] for cause in causes(dialect)), default=major))
    rows = [
        cause for cause in causes(dialect) if cause.family == family and cause.majors[0] <= known <= cause.majors[1]
    ]
    if not named:
        rows.sort(key=lambda cause: (not cause.others, not (cause.options or cause.without)))
    return next((cause for cause in rows if any(cause.fits(action) for action in actions)), None)


@cache
def causes(dialect: str) -> tuple[Cause, ...]:
    """All rows of a dialect, in order; none for a dialect without a file."""
    data = files(__package__) / f"{dialect}.toml"
    if not data.is_file():
        return ()
    return msgspec.convert(tomllib.loads(data.read_text(encoding="utf-8"))["cause"], tuple[Cause, ...])
