"""New columns that made the server write their table anew: what PG302, PG309 and PG310 share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, Work, created, evidence_of, reached, work_on
from schema_core.lint.rule import Effect, Hit
from schema_core.schema.objects import Column
from schema_core.schema.observations import Certainty


def rewriting_columns(context: StatementContext, fits: Callable[[Column], bool]) -> Iterator[tuple[Reached, Work]]:
    """New columns of existing tables that fit and whose table was rewritten, with all that was done to it."""
    columns = [column for column in created(context, Column) if fits(column)]
    for column in reached(context, columns):
        work = work_on(context, column.tables)
        if work.rewrites:
            yield column, work


def rewrite_hit(column: Reached, work: Work, what: str, certainty: Certainty) -> Hit:
    """The hit for a rewrite, which brings its lock, its scan and a build of every index."""
    claims: tuple[Effect, ...] = (*work.locks, *work.rewrites, *work.scanned("rewrite"), *work.index_builds)
    return Hit(
        message=f'{what} rewrites table "{column.table.name}"',
        subjects=(column.item.ref,),
        evidence=evidence_of((*work.locks, *work.rewrites)),
        certainty=certainty,
        claims=claims,
    )
