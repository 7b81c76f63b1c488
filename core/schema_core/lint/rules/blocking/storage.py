"""Tables that were written anew because their way of storage changed: what PG307 and PG311 share."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import evidence_of, reached, work_on
from schema_core.lint.rule import Hit
from schema_core.schema.objects import Table


def storage_hits(context: StatementContext, field: str, what: str) -> Iterator[Hit]:
    """A hit for each existing table whose ``field`` changed and that was rewritten."""
    tables = [
        change.after for change in context.altered() if isinstance(change.after, Table) and field in change.fields()
    ]
    for table in reached(context, tables):
        work = work_on(context, table.tables)
        if not work.rewrites:
            continue
        yield Hit(
            message=f'{what} rewrites table "{table.table.name}"',
            subjects=(table.table,),
            evidence=evidence_of((*work.locks, *work.rewrites)),
            certainty=context.observation.certainty,
            claims=(*work.locks, *work.rewrites, *work.scans, *work.index_builds),
        )
