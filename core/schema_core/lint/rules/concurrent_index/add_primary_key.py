"""PG104: a primary key builds its index under an exclusive lock."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, evidence_of
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.concurrent_index.builds import blocking_builds
from schema_core.schema.objects import PrimaryKey


class AddPrimaryKey(Rule):
    """Reports primary keys whose index is built while everybody waits."""

    code = "PG104"
    name = "add-primary-key"
    analyzer = "concurrent_index"
    title = "A primary key is added and its index built under a lock"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Nobody can read or write the table until the index is built over all of its rows."
    instead = (
        "Build the index first with CREATE UNIQUE INDEX CONCURRENTLY, check that it is valid, and add the key with "
        "PRIMARY KEY USING INDEX; its columns must be NOT NULL before."
    )
    documentation = (
        "Silent for a new table and for a key that takes over an index. Nullable columns: [PG304](PG304.md)."
    )
    bad = (
        Example(
            title="The index is built while everybody waits",
            base="CREATE TABLE events (id bigint NOT NULL, at timestamptz);",
            migration="ALTER TABLE events ADD PRIMARY KEY (id);",
        ),
        Example(
            title="So it is for a key that replaces another under its name",
            base="CREATE TABLE events (id bigint PRIMARY KEY, uid uuid NOT NULL);",
            migration="ALTER TABLE events DROP CONSTRAINT events_pkey, ADD PRIMARY KEY (uid);",
        ),
    )
    good = (
        Example(
            title="The index is there already",
            base="CREATE TABLE events (id bigint NOT NULL, at timestamptz);",
            migration="-- atlas:txmode none\n\n-- The ids come from one sequence.\n-- atlas:nolint MF101\n"
            "CREATE UNIQUE INDEX CONCURRENTLY events_pkey ON events (id);\n"
            "ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for blocking builds of primary keys."""
        for build in blocking_builds(context, created(context, PrimaryKey)):
            yield Hit(
                message=f'Adding primary key "{build.reached.item.ref.name}" builds its index while table '
                f'"{build.reached.table.name}" is locked',
                subjects=(build.reached.item.ref,),
                evidence=evidence_of(build.effects()),
                certainty=context.observation.certainty,
                claims=build.effects(),
            )


RULE = AddPrimaryKey()
