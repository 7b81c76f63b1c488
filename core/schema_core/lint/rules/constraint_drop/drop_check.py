"""CD102: a check constraint is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, dropped, gone, reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import CheckConstraint, Column
from schema_core.schema.ref import Ref

_NOT_NULL = re.compile(r'\(*(?:"((?:[^"]|"")+)"|(\w+)) IS NOT NULL\)*', re.IGNORECASE)


class DropCheck(Rule):
    """Reports check constraints that are gone while their columns stay."""

    code = "CD102"
    name = "drop-check"
    analyzer = "condrop"
    title = "A check constraint is dropped"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = "Rows that the constraint would have refused can be written from now on."
    instead = "Keep it; to change it, add the new constraint NOT VALID, validate it, and drop the old one afterwards."
    instead_on = (("sqlite", "Write the check into the new table as well."),)
    documentation = (
        "Silent when the constraint goes with a column or with its table, when an equal one stays, when the same "
        "statement adds one of its name, when the change set itself had added it, and for `CHECK (column IS NOT NULL)` "
        "on a column that is NOT NULL by now: that is the last step of setting NOT NULL without a scan."
    )
    bad = (
        Example(
            title="Negative prices become possible",
            base="CREATE TABLE items (\n  id bigint PRIMARY KEY,\n"
            "  price bigint CONSTRAINT price_positive CHECK (price >= 0)\n);",
            migration="ALTER TABLE items DROP CONSTRAINT price_positive;",
        ),
        Example(
            title="A table that is made anew lacks the check",
            dialect="sqlite",
            base="CREATE TABLE items (id integer PRIMARY KEY, price int CHECK (price >= 0));",
            migration=(
                "CREATE TABLE new_items (id integer PRIMARY KEY, price int);\n"
                "INSERT INTO new_items (id, price) SELECT id, price FROM items;\n"
                "DROP TABLE items;\n"
                "ALTER TABLE new_items RENAME TO items;"
            ),
        ),
    )
    good = (
        Example(
            title="The column itself says it now",
            base="CREATE TABLE users (\n  id bigint PRIMARY KEY,\n"
            "  email text CONSTRAINT email_there CHECK (email IS NOT NULL)\n);",
            migration="ALTER TABLE users ALTER COLUMN email SET NOT NULL;\n"
            "ALTER TABLE users DROP CONSTRAINT email_there;",
        ),
        Example(
            title="Replaced in one statement, validated in the next",
            base="CREATE TABLE orders (\n  id bigint PRIMARY KEY,\n"
            "  status text CONSTRAINT known_status CHECK (status IN ('open', 'paid'))\n);",
            migration="-- atlas:txmode none\n\nALTER TABLE orders\n  DROP CONSTRAINT known_status,\n"
            "  ADD CONSTRAINT known_status CHECK (status IN ('open', 'paid', 'refunded')) NOT VALID;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT known_status;",
        ),
        Example(
            title="A table that is made anew has it again",
            dialect="sqlite",
            base="CREATE TABLE items (id integer PRIMARY KEY, price int CHECK (price >= 0));",
            migration=(
                "CREATE TABLE new_items (id integer PRIMARY KEY, price int CHECK (price >= 0), name text);\n"
                "INSERT INTO new_items (id, price) SELECT id, price FROM items;\n"
                "DROP TABLE items;\n"
                "ALTER TABLE new_items RENAME TO items;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for checks that are gone for good."""
        altered_tables = {(ref.schema, ref.parent) for ref in _dropped_columns(context)}
        written = {action.target.name for action in context.actions("drop constraint") if action.target is not None}
        checks = [
            check
            for check in dropped(context.observation, CheckConstraint)
            if not context.is_new(check.ref)
            and not _still_holds(context, check)
            and (
                check.ref.name in written
                or (check.ref.schema, check.ref.parent) not in altered_tables
                or (context.rebuild is not None and not _speaks_of(check, _dropped_columns(context)))
            )
        ]
        tables = {change.ref for change in context.dropped() if change.ref.kind == "table"}
        for check in reached(context, checks):
            if check.table in tables:
                continue
            ref = check.item.ref
            yield Hit(
                message=f'Dropping check constraint "{ref.name}" of table "{check.table.name}"',
                subjects=(ref,),
                evidence=gone(ref),
            )


def _dropped_columns(context: StatementContext) -> tuple[Ref, ...]:
    return tuple(column.ref for column in dropped(context.observation, Column))


def _speaks_of(check: CheckConstraint, columns: tuple[Ref, ...]) -> bool:
    """Whether a dropped column stands in the expression: a table that is made anew need not keep the others."""
    return any(
        re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", check.expression, re.IGNORECASE) for column in columns
    )


def _still_holds(context: StatementContext, check: CheckConstraint) -> bool:
    """Whether the table says the same in another way."""
    table = Ref("table", check.ref.schema, None, check.ref.parent or "")
    if any(other.ref == check.ref for other in created(context, CheckConstraint)):
        return True
    stay = context.after.children(table)
    if any(isinstance(other, CheckConstraint) and other.expression == check.expression for other in stay):
        return True
    match = _NOT_NULL.fullmatch(check.expression)
    if match is None:
        return False
    name = match[2] or match[1].replace('""', '"')
    column = context.after.get(Ref("column", check.ref.schema, check.ref.parent, name))
    return isinstance(column, Column) and not column.nullable


RULE = DropCheck()
