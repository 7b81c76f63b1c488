"""The documented lock table: data per server major, each row with its source."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from schema_core.schema.statements import Action


class LockEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A lock on whatever plays ``role`` in the statement."""

    role: Literal["table", "index", "indexes", "parent", "partition"]
    mode: str
    duration: Literal["whole", "brief"]


class LockRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is documented about one form of a statement on a span of majors."""

    kind: str
    options: tuple[str, ...]
    majors: tuple[int, int]
    locks: tuple[LockEntry, ...]
    source: str
    detail: str | None = None
    waits_for_old_transactions: bool = False
    work: Literal["index build", "scan", "rewrite"] | None = None


def lookup(action: Action, major: int) -> LockRow | None:
    """The first row that fits an action on a server major; None when the table does not know.

    A major newer than the table is answered by the newest rows: a lock has not become stronger from one to the next.
    """
    known = min(major, max(row.majors[1] for row in rows()))
    for row in rows():
        if (
            row.kind == action.kind
            and all(action.has(option) for option in row.options)
            and row.detail in (None, action.detail)
            and row.majors[0] <= known <= row.majors[1]
        ):
            return row
    return None


@cache
def rows() -> tuple[LockRow, ...]:
    """All rows, in order."""
    text = (files(__package__) / "lock_table.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["row"], tuple[LockRow, ...])
