"""PG574: an index is built under a blocking lock, and no other rule says why."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.observed.unexplained import unexplained_builds
from schema_core.lint.wording import names
from schema_core.schema.observations import IndexBuild


class ObservedIndexBuild(Rule):
    """Reports index builds under a blocking lock that were seen and that no other rule has explained."""

    code = "PG574"
    name = "observed-index-build"
    analyzer = "observed"
    title = "An index is built under a lock"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Others wait for the table until the index is built over all of its rows."
    instead = "Look for a way that builds the index concurrently, beforehand."
    documentation = (
        "One of four families that report whatever was seen on a table in use and no other rule has explained. A build "
        "that keeps nobody waiting (`CONCURRENTLY`) is not reported."
    )
    bad = (
        Example(
            title="REINDEX",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);",
            migration="REINDEX INDEX users_email;",
        ),
        Example(
            title="A table is attached that lacks an index of the partitioned one",
            base="CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);\n"
            "CREATE INDEX events_kind ON events (kind);\nCREATE TABLE events_2026 (at date NOT NULL, kind text);",
            migration="ALTER TABLE events ATTACH PARTITION events_2026\n"
            "  FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
        ),
        Example(
            title="All indexes of a schema, by the lock table: no transaction can hold this still",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="-- atlas:txmode none\n\nREINDEX SCHEMA public;",
        ),
    )
    good = (
        Example(
            title="REINDEX CONCURRENTLY",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);",
            migration="-- atlas:txmode none\n\nREINDEX INDEX CONCURRENTLY users_email;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for index builds that nobody has claimed."""
        found = unexplained_builds(context)
        if found is not None:
            built = names(effect.ref for effect in found.effects if isinstance(effect, IndexBuild))
            yield Hit(
                message=f"Builds {'index' if len(found.effects) == 1 else 'indexes'} {built} of "
                f"{names(found.tables)} {found.under()}: {found.reason()}",
                subjects=found.tables,
                evidence=found.evidence(),
                certainty=context.observation.certainty,
                claims=found.effects,
                instead=found.instead(),
            )


RULE = ObservedIndexBuild()
