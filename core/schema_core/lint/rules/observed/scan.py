"""PG573: a table is read in full under a blocking lock, and no other rule says why."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.observed.unexplained import unexplained_scans
from schema_core.lint.wording import named


class ObservedScan(Rule):
    """Reports scans under a blocking lock that were seen and that no other rule has explained."""

    code = "PG573"
    name = "observed-scan"
    analyzer = "observed"
    title = "A table is read in full under a lock"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Others wait for the table until all of its rows are read."
    instead = "Look for a way that tests the rows without the lock, such as a constraint that is validated beforehand."
    documentation = (
        "One of four families that report whatever was seen on a table in use and no other rule has explained. A scan "
        "that keeps nobody waiting, such as `VALIDATE CONSTRAINT` in a transaction of its own, is not reported. Locks "
        "are held until the transaction ends, so a scan in the same transaction as an earlier `ALTER TABLE` is."
    )
    bad = (
        Example(
            title="A partition is attached without proof that its rows fit",
            base="CREATE TABLE events (at date NOT NULL) PARTITION BY RANGE (at);\n"
            "CREATE TABLE events_2026 (at date NOT NULL);",
            migration="ALTER TABLE events ATTACH PARTITION events_2026\n"
            "  FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
        ),
        Example(
            title="A domain gets a constraint",
            base="CREATE DOMAIN percent AS integer;\nCREATE TABLE taxes (id bigint PRIMARY KEY, rate percent);",
            migration="ALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (VALUE BETWEEN 0 AND 100);",
        ),
        Example(
            title="The lock that added the constraint is still held",
            base="CREATE TABLE items (id bigint PRIMARY KEY, price bigint);",
            migration="ALTER TABLE items ADD CONSTRAINT price_positive CHECK (price >= 0) NOT VALID;\n"
            "ALTER TABLE items VALIDATE CONSTRAINT price_positive;",
        ),
        Example(
            title="So is that of the new column while all rows get a value",
            base="CREATE TABLE users (id bigint PRIMARY KEY, name text);",
            migration="ALTER TABLE users ADD COLUMN sort_key text;\nUPDATE users SET sort_key = lower(name);",
        ),
    )
    good = (
        Example(
            title="A validated CHECK proves it",
            base="CREATE TABLE events (at date NOT NULL) PARTITION BY RANGE (at);\n"
            "CREATE TABLE events_2026 (at date NOT NULL);",
            migration="-- atlas:txmode none\n\nALTER TABLE events_2026 ADD CONSTRAINT fits\n"
            "  CHECK (at >= '2026-01-01' AND at < '2027-01-01') NOT VALID;\n"
            "ALTER TABLE events_2026 VALIDATE CONSTRAINT fits;\n"
            "ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
        ),
        Example(
            title="A concurrent refresh keeps only another refresh waiting",
            base="CREATE TABLE sales (day date);\nCREATE MATERIALIZED VIEW totals AS SELECT day FROM sales;\n"
            "CREATE UNIQUE INDEX totals_day ON totals (day);",
            migration="REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
        ),
        Example(
            title="Two transactions",
            base="CREATE TABLE items (id bigint PRIMARY KEY, price bigint);",
            migration="-- atlas:txmode none\n\n"
            "ALTER TABLE items ADD CONSTRAINT price_positive CHECK (price >= 0) NOT VALID;\n"
            "ALTER TABLE items VALIDATE CONSTRAINT price_positive;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for scans that nobody has claimed."""
        found = unexplained_scans(context)
        if found is not None:
            yield Hit(
                message=f"Reads all of {named(found.tables)} {found.under()}: {found.reason()}",
                subjects=found.tables,
                evidence=found.evidence(),
                certainty=context.observation.certainty,
                claims=found.effects,
                instead=found.instead(),
            )


RULE = ObservedScan()
