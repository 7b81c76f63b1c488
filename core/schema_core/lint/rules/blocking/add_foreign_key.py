"""PG306: a foreign key is added without NOT VALID."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, evidence_of, reached, work_on
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import ForeignKey


class AddForeignKey(Rule):
    """Reports foreign keys that were tested on every row while writers of both tables waited."""

    code = "PG306"
    name = "add-foreign-key"
    analyzer = "blocking"
    title = "A foreign key is added without NOT VALID"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "Writes to both tables wait while every row is looked up in the other table; one row that points nowhere makes "
        "the migration fail."
    )
    instead = (
        "Add the constraint NOT VALID, which holds for new rows at once, and VALIDATE CONSTRAINT it in a later file: "
        "that reads both tables while others go on writing."
    )
    documentation = (
        "Silent for a new table, and for a new column without values, whose foreign key needs no look at the rows; the "
        "short lock on the other table is reported as [PG575](PG575.md)."
    )
    bad = (
        Example(
            title="Writers of both tables wait",
            base="CREATE TABLE users (id bigint PRIMARY KEY);\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);",
            migration="ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users;",
        ),
        Example(
            title="So do those of all partitions",
            base="CREATE TABLE users (id bigint PRIMARY KEY);\n"
            "CREATE TABLE orders (at date NOT NULL, user_id bigint) PARTITION BY RANGE (at);\n"
            "CREATE TABLE orders_2026 PARTITION OF orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
            migration="ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users;",
        ),
    )
    good = (
        Example(
            title="Two steps, in two transactions",
            base="CREATE TABLE users (id bigint PRIMARY KEY);\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);",
            migration="-- atlas:txmode none\n\n"
            "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_user;",
        ),
        Example(
            title="A new column points nowhere yet",
            base="CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);",
            migration="ALTER TABLE orders ADD COLUMN user_id bigint REFERENCES users;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for new foreign keys whose tables were read for it."""
        keys = reached(context, (key for key in created(context, ForeignKey) if key.validated))
        checked = tuple(scan.ref for scan in context.observation.scans if scan.purpose == "foreign key")
        for key in keys:
            item = key.item
            if not isinstance(item, ForeignKey):
                continue
            # The copies of a key in the partitions of its table are no objects of their own.
            parts = checked if len(keys) == 1 else ()
            work = work_on(context, (*key.tables, item.references, *parts))
            scans = work.scanned("foreign key")
            if not scans or not work.blocks():
                continue
            alone = item.references == key.table or context.is_new(item.references)
            writes = "writes to it" if alone else f'writes to it and to "{item.references.name}"'
            yield Hit(
                message=f'Adding foreign key "{item.ref.name}" checks all rows of table "{key.table.name}" while '
                f"{writes} wait",
                subjects=(item.ref,),
                evidence=evidence_of((*work.locks, *scans)),
                certainty=context.observation.certainty,
                claims=(*work.locks, *scans),
            )


RULE = AddForeignKey()
