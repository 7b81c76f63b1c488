"""PG109: an exclusion constraint is added."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, evidence_of
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.concurrent_index.builds import blocking_builds
from schema_core.schema.objects import SchemaObject


class AddExclusion(Rule):
    """Reports exclusion constraints, whose index can only be built while everybody waits."""

    code = "PG109"
    name = "add-exclusion"
    analyzer = "concurrent_index"
    title = "An exclusion constraint is added"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "Nobody can read or write the table while the index is built and all rows are compared; the migration fails "
        "when two of them conflict."
    )
    instead = (
        "There is no way to do it online: put the constraint on a new table and move the rows, or take a maintenance "
        "window."
    )
    documentation = "Silent for a new table."
    bad = (
        Example(
            title="Bookings must not overlap from now on",
            base="CREATE TABLE bookings (id bigint PRIMARY KEY, during tstzrange);",
            migration="ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);",
        ),
    )
    good = (
        Example(
            title="A new table",
            base="CREATE TABLE rooms (id bigint PRIMARY KEY);",
            migration="CREATE TABLE bookings (id bigint PRIMARY KEY, during tstzrange);\n"
            "ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for blocking builds of exclusion constraints."""
        items = [item for item in created(context, SchemaObject) if item.ref.kind == "exclusion constraint"]
        for build in blocking_builds(context, items):
            yield Hit(
                message=f'Adding exclusion constraint "{build.reached.item.ref.name}" builds its index while table '
                f'"{build.reached.table.name}" is locked',
                subjects=(build.reached.item.ref,),
                evidence=evidence_of(build.effects()),
                certainty=context.observation.certainty,
                claims=build.effects(),
            )


RULE = AddExclusion()
