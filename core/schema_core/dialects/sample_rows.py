"""Rows of our own making, on which a plan is proven: what an engine must be able to do with them.

They are made on throwaway databases only. Nobody's own rows are ever read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


class KeptTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table whose rows must be there after a plan as they were before, with the columns whose values must."""

    ref: Ref
    columns: tuple[str, ...]


class TableRows(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows a table holds itself, and a digest of their values that does not depend on the rows' order."""

    count: int
    digest: str


class RowState(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of some tables, and the numbers at which some sequences, or columns that make their own, stand."""

    tables: Mapping[Ref, TableRows]
    numbers: Mapping[Ref, int | None]
    """None where no number was given out yet."""


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of filling tables: how many rows each holds, and why others hold none, in the server's words."""

    rows: Mapping[Ref, int]
    empty: Mapping[Ref, str]


class SampleRows(Protocol):
    """Makes and reads rows in the database of one session; all methods raise ExecutionError."""

    def fill(self, before: Realm, after: Realm, tables: Collection[Ref]) -> Filled:
        """Give tables of the state ``before``, which the database holds, a few rows each, and commit them.

        Rows refer to those of other tables only where these are among ``tables``. What the server makes itself
        (identities, defaults that count, generated columns) is left to it. Where several values would do, one is taken
        that the state ``after`` accepts too: a key or check that it adds, a type that it narrows. The same states give
        the same rows. A table whose rows the server refuses after a few attempts stays empty. Sequences of the state
        that nothing owns move on by one.
        """
        ...

    def read(self, tables: Sequence[KeptTable], numbers: Sequence[Ref]) -> RowState:
        """Read tables and numbers in few round trips; ``numbers`` are sequences and columns that make their own.

        All of the tables and columns must be there. A column that makes no numbers is left out.
        """
        ...
