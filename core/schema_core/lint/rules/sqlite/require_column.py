"""LT101: a column becomes NOT NULL when its table is made anew."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import altered, evidence_of, fills, reached, work_on
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import Column


class RequireColumnByRebuild(Rule):
    """Reports columns that become NOT NULL although rows may hold nulls."""

    code = "LT101"
    name = "require-column-by-rebuild"
    analyzer = "data_depend"
    title = "A nullable column becomes NOT NULL in a table that is made anew"
    severity = "warning"
    dialects = ("sqlite",)
    effect = "The copy of the rows fails at the first null, which an empty development database cannot show."
    instead = "Give nulls a value in the copy: INSERT INTO … SELECT ifnull(column, value), or update them before it."
    documentation = (
        "SQLite cannot set a column NOT NULL by itself before 3.53. Silent when the copy computes the column's value, "
        "when an earlier statement of the file updates the column, and for a new table."
    )
    bad = (
        Example(
            title="The copy takes nulls along",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text NOT NULL);\n"
            "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
    )
    good = (
        Example(
            title="The copy gives them a value",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text NOT NULL);\n"
            "INSERT INTO new_users (id, email) SELECT id, ifnull(email, '') AS email FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
        Example(
            title="They were updated before",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="UPDATE users SET email = '' WHERE email IS NULL;\n"
            "CREATE TABLE new_users (id integer PRIMARY KEY, email text NOT NULL);\n"
            "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for columns that lost the right to be null."""
        columns = [after for before, after in altered(context, Column) if before.nullable and not after.nullable]
        for column in reached(context, columns):
            name = column.item.ref.name
            if any(fills(context, step, column.table, name) for step in context.earlier()):
                continue
            yield Hit(
                message=f'Modifying nullable column "{name}" of table "{column.table.name}" to non-nullable without '
                "default value might fail in case it contains NULL values",
                subjects=(column.item.ref,),
                evidence=evidence_of(work_on(context, column.tables).rewrites),
            )


RULE = RequireColumnByRebuild()
"""The rule."""
