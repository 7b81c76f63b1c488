"""PG305: a check constraint is added without NOT VALID."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, evidence_of, reached, work_on
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import CheckConstraint


class AddCheck(Rule):
    """Reports check constraints that were tested on every row under an exclusive lock."""

    code = "PG305"
    name = "add-check"
    analyzer = "blocking"
    title = "A check constraint is added without NOT VALID"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "Nobody can read or write the table while every row is tested; one row that fails makes the migration fail."
    )
    instead = (
        "Add the constraint NOT VALID, which holds for new rows at once, and VALIDATE CONSTRAINT it in a later file: "
        "that reads the table while others go on reading and writing."
    )
    documentation = (
        "A column that is added with a `CHECK` counts as well: add the column first. Silent for a new table."
    )
    bad = (
        Example(
            title="Every row is tested under an exclusive lock",
            base="CREATE TABLE items (id bigint PRIMARY KEY, price bigint);",
            migration="ALTER TABLE items ADD CONSTRAINT price_positive CHECK (price >= 0);",
        ),
        Example(
            title="Even for a column that is new",
            base="CREATE TABLE items (id bigint PRIMARY KEY);",
            migration="ALTER TABLE items ADD COLUMN price bigint CHECK (price >= 0);",
        ),
    )
    good = (
        Example(
            title="Two steps, in two transactions",
            base="CREATE TABLE items (id bigint PRIMARY KEY, price bigint);",
            migration="-- atlas:txmode none\n\n"
            "ALTER TABLE items ADD CONSTRAINT price_positive CHECK (price >= 0) NOT VALID;\n"
            "ALTER TABLE items VALIDATE CONSTRAINT price_positive;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for new checks on tables that were read for it."""
        for check in reached(context, (check for check in created(context, CheckConstraint) if check.validated)):
            work = work_on(context, check.tables)
            scans = work.scanned("verify")
            if not scans or not work.blocks():
                continue
            yield Hit(
                message=f'Adding check constraint "{check.item.ref.name}" reads all of table "{check.table.name}" '
                "under an exclusive lock",
                subjects=(check.item.ref,),
                evidence=evidence_of((*work.locks, *scans)),
                certainty=context.observation.certainty,
                claims=(*work.locks, *scans),
            )


RULE = AddCheck()
