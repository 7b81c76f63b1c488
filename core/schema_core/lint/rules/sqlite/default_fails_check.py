"""LT506: a column is added whose default does not fit its own CHECK."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, evidence_of, reached, work_on
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import Column


class DefaultFailsCheck(Rule):
    """Reports new columns that no row that is there can have."""

    code = "LT506"
    name = "default-fails-check"
    analyzer = "add_column"
    title = "The default of a new column does not fit its CHECK"
    severity = "error"
    dialects = ("sqlite",)
    effect = (
        "The migration fails on every table that holds a row. The development database is empty, so it went through "
        "here."
    )
    instead = (
        "Choose a default that the CHECK lets through, or no default: NULL passes every CHECK that does not ask for it."
    )
    documentation = (
        "The CHECK is evaluated for the default. One that speaks of other columns too depends on the rows, and is only "
        "reported as the scan that it costs, by [LT511](LT511.md)."
    )
    bad = (
        Example(
            title="No order may have that status",
            dialect="sqlite",
            base="CREATE TABLE orders (id integer PRIMARY KEY);",
            migration="ALTER TABLE orders ADD COLUMN status text DEFAULT '' CHECK (status IN ('open', 'paid'));",
        ),
    )
    good = (
        Example(
            title="Every order is open",
            dialect="sqlite",
            base="CREATE TABLE orders (id integer PRIMARY KEY);",
            migration="ALTER TABLE orders ADD COLUMN status text DEFAULT 'open' CHECK (status IN ('open', 'paid'));",
        ),
        Example(
            title="No order has one yet",
            dialect="sqlite",
            base="CREATE TABLE orders (id integer PRIMARY KEY);",
            migration="ALTER TABLE orders ADD COLUMN status text CHECK (status IN ('open', 'paid'));",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for a CHECK that was evaluated and is false."""
        evaluated = tuple(notice for notice in context.observation.notices if notice.source == "evaluated")
        for column in reached(context, created(context, Column)) if evaluated else ():
            scans = work_on(context, column.tables).scanned("verify")
            yield Hit(
                message=f'Adding column "{column.item.ref.name}" will fail in case table "{column.table.name}" is not '
                "empty: its default does not fit its CHECK",
                subjects=(column.item.ref,),
                evidence=(*evaluated, *evidence_of(scans)),
                claims=scans,
            )


RULE = DefaultFailsCheck()
"""The rule."""
