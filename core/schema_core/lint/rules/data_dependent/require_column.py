"""MF104: a column becomes NOT NULL."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import Reached, altered, evidence_of, fills, reached, work_on
from schema_core.lint.rule import Effect, Example, Hit, Rule
from schema_core.schema.changes import Create
from schema_core.schema.objects import Column, SchemaObject
from schema_core.schema.observations import Evidence


class RequireColumn(Rule):
    """Reports columns that become NOT NULL although rows may hold nulls."""

    code = "MF104"
    name = "require-column"
    analyzer = "data_depend"
    title = "A nullable column becomes NOT NULL"
    severity = "warning"
    dialects = ("postgres",)
    effect = "The migration fails when a row holds a null, which an empty development database cannot show."
    instead = (
        "Fill the nulls first and keep new ones out: add a CHECK (column IS NOT NULL) NOT VALID, update the rows, and "
        "validate the constraint before SET NOT NULL."
    )
    documentation = (
        "Silent for a new table, when an earlier statement of the file updates the column, when the column came with a "
        "default in the same file, and when the server did not look at the rows because a valid constraint proves "
        "that there is no null."
    )
    bad = (
        Example(
            title="Nothing says that every row has a value",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
        ),
    )
    good = (
        Example(
            title="A validated CHECK proves it",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"
            "ALTER TABLE users ADD CONSTRAINT email_there CHECK (email IS NOT NULL);",
            migration="ALTER TABLE users ALTER COLUMN email SET NOT NULL;\n"
            "ALTER TABLE users DROP CONSTRAINT email_there;",
        ),
        Example(
            title="The file fills the nulls (the scan that is left is PG303)",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="UPDATE users SET email = '' WHERE email IS NULL;\n"
            "-- A small table.\n-- atlas:nolint PG303\nALTER TABLE users ALTER COLUMN email SET NOT NULL;",
        ),
        Example(
            title="It fills a column that it has added",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="-- A small table.\n-- atlas:nolint observed blocking\n\n"
            "ALTER TABLE users ADD COLUMN login text;\nUPDATE users SET login = lower(email);\n"
            "ALTER TABLE users ALTER COLUMN login SET NOT NULL;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for columns that lost the right to be null."""
        columns = [after for before, after in altered(context, Column) if before.nullable and not after.nullable]
        for column in reached(context, columns):
            work = work_on(context, column.tables)
            looked: tuple[Effect, ...] = (*work.scanned("verify"), *work.rewrites)
            if not looked or _is_filled(context, column):
                continue
            ref = column.item.ref
            became = Evidence(source="catalog", detail=f"{ref.kind} {ref.label()} became NOT NULL")
            yield Hit(
                message=f'Modifying nullable column "{ref.name}" of table "{column.table.name}" to non-nullable might '
                "fail in case it contains NULL values",
                subjects=(ref,),
                evidence=(became, *evidence_of(looked)),
                certainty=context.observation.certainty,
            )


def _is_filled(context: StatementContext, column: Reached) -> bool:
    """Whether an earlier statement of the file gives every row a value, as far as its text tells."""
    name = column.item.ref.name
    for step in context.earlier():
        if fills(context, step, column.table, name):
            return True
        for change in step.observation.changes:
            if isinstance(change, Create) and change.ref == column.item.ref and _has_value(change.object):
                return True
    return False


def _has_value(column: SchemaObject) -> bool:
    if not isinstance(column, Column):
        return False
    return column.default is not None or column.identity is not None or column.generated is not None


RULE = RequireColumn()
