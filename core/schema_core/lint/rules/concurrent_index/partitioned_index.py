"""PG108: an index is built on a partitioned table."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, evidence_of
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.concurrent_index.builds import blocking_builds
from schema_core.lint.wording import plural
from schema_core.schema.objects import Index


class PartitionedIndex(Rule):
    """Reports indexes that are built on all partitions of a table at once."""

    code = "PG108"
    name = "partitioned-index"
    analyzer = "concurrent_index"
    title = "An index is built on a partitioned table"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "Every write to the table waits until the indexes of all partitions are built. CONCURRENTLY does not work for "
        "a partitioned table."
    )
    instead = (
        "CREATE INDEX … ON ONLY the partitioned table, CREATE INDEX CONCURRENTLY on each partition, and then ALTER "
        "INDEX … ATTACH PARTITION for each of them; the index becomes valid with the last one."
    )
    documentation = (
        "Silent for a new table, for one without partitions and for an index `ON ONLY` the partitioned table."
    )
    bad = (
        Example(
            title="All partitions at once",
            base="CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);\n"
            "CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\n"
            "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
            migration="CREATE INDEX events_kind ON events (kind);",
        ),
    )
    good = (
        Example(
            title="Partition by partition",
            base="CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);\n"
            "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
            migration="-- atlas:txmode none\n\nCREATE INDEX events_kind ON ONLY events (kind);\n"
            "CREATE INDEX CONCURRENTLY events_2026_kind ON events_2026 (kind);\n"
            "ALTER INDEX events_kind ATTACH PARTITION events_2026_kind;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for blocking builds on partitions."""
        for build in blocking_builds(context, created(context, Index)):
            if not build.in_parts():
                continue
            ref = build.reached.item.ref
            parts = build.reached.tables[1:]
            yield Hit(
                message=f'Creating index "{ref.name}" on partitioned table "{build.reached.table.name}" blocks writes '
                f"to it while the indexes of {len(parts)} {plural('partition', parts)} are built",
                subjects=(ref,),
                evidence=evidence_of(build.effects()),
                certainty=context.observation.certainty,
                claims=build.effects(),
            )


RULE = PartitionedIndex()
