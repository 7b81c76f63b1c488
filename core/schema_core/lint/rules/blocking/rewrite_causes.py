"""Everything in one statement that could have made the server write a table anew.

The observation says that a table was rewritten, not which of several commands in one ALTER TABLE did it. A rule whose
command only may rewrite (a type change, a default) asks here whether it is the only candidate.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import altered, created, domains_by_type
from schema_core.schema.objects import Column, Sequence, Table
from schema_core.schema.observations import Certainty
from schema_core.schema.ref import Ref

_STORAGE = {"unlogged", "access_method", "tablespace"}
"""Fields of a table whose change moves its rows."""
_LITERALS_AND_CASTS = re.compile(r"'(?:[^']|'')*'|::[\w .\"\[\]]+(?:\(\d+(?:,\s*-?\d+)?\))?")


def certainty_of(context: StatementContext, tables: Collection[Ref]) -> Certainty:
    """How sure it is that the one command a rule looks at caused a rewrite of these tables."""
    return context.observation.certainty if _candidates(context, tables) < 2 else "unknown"


def is_serial(context: StatementContext, column: Column) -> bool:
    """Whether a new column came with a sequence of its own that numbers its rows."""
    return any(sequence.owned_by == column.ref for sequence in created(context, Sequence))


def may_be_volatile(column: Column) -> bool:
    """Whether the column's default calls something; a literal is the same for every row."""
    return column.default is not None and "(" in _LITERALS_AND_CASTS.sub("", column.default)


def _candidates(context: StatementContext, tables: Collection[Ref]) -> int:
    """How many commands of the statement could rewrite: those on the table that was named, told by its columns."""
    names = {(table.schema, table.name) for table in tables}
    found = {
        action.target.name
        for action in context.actions("alter column type")
        if action.has("using") and action.target is not None
    }
    domains = domains_by_type(context)
    for column in created(context, Column):
        computed = column.identity is not None or (column.generated is not None and column.generated.stored)
        tested = (domain := domains.get(column.type)) is not None and (bool(domain.checks) or not domain.nullable)
        if (column.ref.schema, column.ref.parent) in names and (computed or tested or may_be_volatile(column)):
            found.add(column.ref.name)
    for before, after in altered(context, Column):
        if (after.ref.schema, after.ref.parent) not in names:
            continue
        if (before.type, before.generated) != (after.type, after.generated):
            found.add(after.ref.name)
    storage = [
        change
        for change in context.altered()
        if isinstance(change.after, Table) and change.ref in tables and _STORAGE.intersection(change.fields())
    ]
    return len(found) + bool(storage)
