"""CD101: a foreign key is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, dropped, gone, reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import Column, ForeignKey
from schema_core.schema.ref import Ref


class DropForeignKey(Rule):
    """Reports foreign keys that are gone while their columns stay."""

    code = "CD101"
    name = "drop-foreign-key"
    analyzer = "condrop"
    title = "A foreign key is dropped"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = "Nothing keeps rows from pointing at rows that do not exist, and deletes no longer cascade."
    instead = (
        "Keep it; to change it, add the new constraint NOT VALID in the same statement and validate it afterwards."
    )
    instead_on = (("sqlite", "Write the foreign key into the new table as well."),)
    documentation = (
        "Silent when the foreign key goes with one of its own columns or with its table, when the same statement adds "
        "one between the same columns, and when the change set itself had added it. A foreign key that goes because "
        "the *other* table was dropped with `CASCADE` is reported."
    )
    bad = (
        Example(
            title="Orders may point at no user",
            base="CREATE TABLE users (id bigint PRIMARY KEY);\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint CONSTRAINT orders_user REFERENCES users);",
            migration="ALTER TABLE orders DROP CONSTRAINT orders_user;",
        ),
        Example(
            title="CASCADE takes it along",
            base="CREATE TABLE users (id bigint PRIMARY KEY);\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);",
            migration="DROP TABLE users CASCADE;",
        ),
        Example(
            title="A table that is made anew lacks the foreign key",
            dialect="sqlite",
            base=(
                "CREATE TABLE users (id integer PRIMARY KEY);\n"
                "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id), total int);"
            ),
            migration=(
                "CREATE TABLE new_orders (id integer PRIMARY KEY, user_id int, total int);\n"
                "INSERT INTO new_orders (id, user_id, total) SELECT id, user_id, total FROM orders;\n"
                "DROP TABLE orders;\n"
                "ALTER TABLE new_orders RENAME TO orders;"
            ),
        ),
    )
    good = (
        Example(
            title="Replaced in one statement, validated in the next",
            base="CREATE TABLE users (id bigint PRIMARY KEY);\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint CONSTRAINT orders_user REFERENCES users);",
            migration="-- atlas:txmode none\n\nALTER TABLE orders\n  DROP CONSTRAINT orders_user,\n"
            "  ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_user;",
        ),
        Example(
            title="A table that is made anew has it again",
            dialect="sqlite",
            base=(
                "CREATE TABLE users (id integer PRIMARY KEY);\n"
                "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id), total int);"
            ),
            migration=(
                "CREATE TABLE new_orders (id integer PRIMARY KEY, total int,\n"
                "  user_id int REFERENCES users (id) ON DELETE CASCADE);\n"
                "INSERT INTO new_orders (id, user_id, total) SELECT id, user_id, total FROM orders;\n"
                "DROP TABLE orders;\n"
                "ALTER TABLE new_orders RENAME TO orders;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for foreign keys that are gone for good."""
        columns = {column.ref for column in dropped(context.observation, Column)}
        kept = {_meaning(key) for key in created(context, ForeignKey)}
        keys = [
            key
            for key in dropped(context.observation, ForeignKey)
            if _meaning(key) not in kept
            and not context.is_new(key.ref)
            and not any(Ref("column", key.ref.schema, key.ref.parent, name) in columns for name in key.columns)
        ]
        tables = {change.ref for change in context.dropped() if change.ref.kind == "table"}
        for key in reached(context, keys):
            if key.table in tables:
                continue
            ref = key.item.ref
            yield Hit(
                message=f'Dropping foreign-key constraint "{ref.name}" of table "{key.table.name}"',
                subjects=(ref,),
                evidence=gone(ref),
            )


def _meaning(key: ForeignKey) -> tuple[object, ...]:
    return (key.ref.schema, key.ref.parent, key.columns, key.references, key.referenced_columns)


RULE = DropForeignKey()
