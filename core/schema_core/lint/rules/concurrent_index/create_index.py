"""PG101: an index is built without CONCURRENTLY."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, evidence_of
from schema_core.lint.rule import Example, Hit, Replacement, Rule
from schema_core.lint.rules.concurrent_index.builds import blocking_builds
from schema_core.schema.objects import Index

_CREATE_INDEX = re.compile(r"create\s+(?:unique\s+)?index\b(?!\s+concurrently\b)", re.IGNORECASE)


class CreateIndex(Rule):
    """Reports indexes that are built while writers wait."""

    code = "PG101"
    name = "create-index"
    analyzer = "concurrent_index"
    title = "An index is built without CONCURRENTLY"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Every write to the table waits until the index is built over all of its rows; reads go on."
    instead = (
        "Write CREATE INDEX CONCURRENTLY, in a file of its own that begins with '-- atlas:txmode none'; if it fails "
        "half-way, drop the invalid index and try again."
    )
    documentation = (
        "Silent for a new table, for a materialized view and for an index on a partitioned table, which is "
        "[PG108](PG108.md). When the development database can be copied, the replacement is executed "
        "and shown as a patch.\n\n"
        "`CREATE INDEX CONCURRENTLY` waits for every transaction that was open when it began, so run it when no long "
        "ones are about, and with a long or no `lock_timeout`: a short one cancels it and leaves an invalid index."
    )
    bad = (
        Example(
            title="Writers wait for the whole build",
            base="CREATE TABLE orders (id bigint PRIMARY KEY, status text);",
            migration="CREATE INDEX orders_status ON orders (status);",
        ),
        Example(
            title="So they do for a unique index without a name",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="CREATE UNIQUE INDEX ON users (lower(email));",
        ),
    )
    good = (
        Example(
            title="Concurrently, in a file that runs without a transaction",
            base="CREATE TABLE orders (id bigint PRIMARY KEY, status text);",
            migration="-- atlas:txmode none\n\nCREATE INDEX CONCURRENTLY orders_status ON orders (status);",
        ),
        Example(
            title="Nobody writes to a new table yet",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n"
            "CREATE INDEX orders_status ON orders (status);",
        ),
        Example(
            title="Nobody writes to a materialized view",
            base="CREATE TABLE sales (day date);\nCREATE MATERIALIZED VIEW days AS SELECT day FROM sales;",
            migration="CREATE INDEX days_day ON days (day);",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for blocking builds of indexes that no constraint owns."""
        if context.actions("attach partition", "alter index attach partition"):
            # The server made what the partition lacked; writing CONCURRENTLY is not the way out.
            return
        for build in blocking_builds(context, created(context, Index)):
            if build.in_parts():
                continue
            ref = build.reached.item.ref
            yield Hit(
                message=f'Creating index "{ref.name}" non-concurrently blocks writes to table '
                f'"{build.reached.table.name}"',
                subjects=(ref,),
                evidence=evidence_of(build.effects()),
                certainty=context.observation.certainty,
                claims=build.effects(),
            )

    def replacement(self, context: StatementContext) -> Replacement | None:
        """The same statement with CONCURRENTLY, which partitioned tables do not know."""
        if len(context.statement.actions) != 1 or not context.actions("create index"):
            return None
        match = _CREATE_INDEX.match(context.statement.text)
        if match is None:
            return None
        text = f"{match[0]} CONCURRENTLY{context.statement.text[match.end() :]}"
        return Replacement(
            title="Build the index concurrently", text=text, outside_transaction=True, manner="concurrently"
        )


RULE = CreateIndex()
