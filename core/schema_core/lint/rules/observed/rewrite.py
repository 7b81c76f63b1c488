"""PG572: a table is rewritten, and no other rule says why."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.observed.unexplained import unexplained_rewrites
from schema_core.lint.wording import named


class ObservedRewrite(Rule):
    """Reports rewrites that were seen and that no other rule has explained."""

    code = "PG572"
    name = "observed-rewrite"
    analyzer = "observed"
    title = "A table is written anew"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Nobody can read or write the table until its storage, and that of its indexes, is replaced."
    instead = "Look for a way that writes new rows only, or take a maintenance window."
    documentation = (
        "One of four families that report whatever was seen on a table in use and no other rule has explained. They "
        "look the cause up by the commands of the statement's text, and say so when it is unknown, as for a `DO` block."
    )
    bad = (
        Example(
            title="CLUSTER",
            base="CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);\nCREATE INDEX events_at ON events (at);",
            migration="CLUSTER events USING events_at;",
        ),
        Example(
            title="Another expression for a stored column",
            base="CREATE TABLE items (price bigint, total bigint GENERATED ALWAYS AS (price * 2) STORED);",
            migration="ALTER TABLE items ALTER COLUMN total SET EXPRESSION AS (price * 3);",
            majors=(17, 18),
        ),
    )
    good = (
        Example(
            title="A rewrite that another rule explains is reported by that rule",
            base="CREATE TABLE items (id bigint PRIMARY KEY, price integer);",
            migration="ALTER TABLE items ALTER COLUMN price TYPE bigint;",
        ),
        Example(
            title="A constant default is stored beside the table",
            base="CREATE TABLE items (id bigint PRIMARY KEY);",
            migration="ALTER TABLE items ADD COLUMN price bigint NOT NULL DEFAULT 0;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for rewrites that nobody has claimed."""
        found = unexplained_rewrites(context)
        if found is not None:
            yield Hit(
                message=f"Writes {named(found.tables)} anew: {found.reason()}",
                subjects=found.tables,
                evidence=found.evidence(),
                certainty=context.observation.certainty,
                claims=found.effects,
                instead=found.instead(),
            )


RULE = ObservedRewrite()
