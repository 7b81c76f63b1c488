"""Check constraints."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.dialects.sqlite.create_table import WrittenTable
from schema_core.dialects.sqlite.objects.keys import constraint
from schema_core.schema.objects import CheckConstraint
from schema_core.schema.ref import Ref


class SqliteCheckConstraint(CheckConstraint, frozen=True, kw_only=True):
    """A check constraint; ``named`` says whether it has the name in SQL or is called after what it says."""

    named: bool = False


def read(table: Ref, written: WrittenTable) -> Iterator[SqliteCheckConstraint]:
    """The table's check constraints, those of columns first."""
    checks = [check for column in written.columns for check in column.checks]
    for check in (*checks, *written.checks):
        yield SqliteCheckConstraint(
            ref=Ref("check constraint", table.schema, table.name, check.name or f"CHECK ({check.expression})"),
            expression=check.expression,
            named=check.name is not None,
        )


def define(check: SqliteCheckConstraint, name: str | None) -> str:
    """The constraint's line of CREATE TABLE; ``name`` is its name in SQL."""
    return f"{constraint(name)}CHECK ({check.expression})"
