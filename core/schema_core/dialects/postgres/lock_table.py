"""The documented lock table: data per server major, each row with its source."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from schema_core.schema.statements import Action

Role = Literal["table", "index", "indexes", "parent", "partition", "schema", "database"]
"""What an object is to a statement.

``table``: the table it names, or that of the index it names; ``index``: the index it names; ``indexes``: all indexes
of ``table``; ``parent`` and ``partition``: the two tables of DETACH PARTITION; ``schema`` and ``database``: every table
and materialized view of the schema that it names, or of the whole database.
"""


class LockEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lock on whatever plays ``role`` in the statement; ``whole``: held while the work is done."""

    role: Role
    mode: str
    duration: Literal["whole", "brief"]


class LockRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is documented about one form of a statement on a span of majors.

    The row fits actions of ``kind`` that have all ``options``, the ``detail`` if there is one, and, where ``named`` is
    given, that name an object or do not. ``work`` is what is done to existing rows.
    """

    kind: str
    options: tuple[str, ...] = ()
    detail: str | None = None
    named: bool | None = None
    majors: tuple[int, int]
    locks: tuple[LockEntry, ...]
    work: Literal["index build", "scan", "rewrite"] | None = None
    source: str

    def fits(self, action: Action) -> bool:
        """Whether the row speaks about the action."""
        return (
            self.kind == action.kind
            and all(action.has(option) for option in self.options)
            and self.detail in (None, action.detail)
            and self.named in (None, action.target is not None)
        )


def lookup(action: Action, major: int) -> LockRow | None:
    """The first row that fits an action on a server major; None when the table does not know.

    A major newer than the table is answered by the newest rows.
    """
    known = min(major, max(row.majors[1] for row in rows()))
    return next((row for row in rows() if row.majors[0] <= known <= row.majors[1] and row.fits(action)), None)


@cache
def rows() -> tuple[LockRow, ...]:
    """All rows, in order."""
    text = (files(__package__) / "lock_table.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["row"], tuple[LockRow, ...])
