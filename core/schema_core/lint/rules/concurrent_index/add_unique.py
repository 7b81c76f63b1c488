"""PG105: a unique constraint builds its index under an exclusive lock."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import created, evidence_of
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.concurrent_index.builds import blocking_builds
from schema_core.schema.objects import UniqueConstraint


class AddUniqueConstraint(Rule):
    """Reports unique constraints whose index is built while everybody waits."""

    code = "PG105"
    name = "add-unique-constraint"
    analyzer = "concurrent_index"
    title = "A unique constraint is added and its index built under a lock"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Nobody can read or write the table until the index is built over all of its rows."
    instead = (
        "Build the index first with CREATE UNIQUE INDEX CONCURRENTLY, check that it is valid, and add the constraint "
        "with UNIQUE USING INDEX."
    )
    documentation = (
        "A column that is added with `UNIQUE` counts as well: add the column first. Silent for a new table and for a "
        "constraint that takes over an index."
    )
    bad = (
        Example(
            title="The index is built while everybody waits",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);",
        ),
        Example(
            title="A unique column",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN handle text UNIQUE;",
        ),
    )
    good = (
        Example(
            title="The index is there already",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="-- atlas:txmode none\n\n-- There are no duplicates.\n-- atlas:nolint MF101\n"
            "CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\n"
            "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for blocking builds of unique constraints."""
        for build in blocking_builds(context, created(context, UniqueConstraint)):
            yield Hit(
                message=f'Adding unique constraint "{build.reached.item.ref.name}" builds its index while table '
                f'"{build.reached.table.name}" is locked',
                subjects=(build.reached.item.ref,),
                evidence=evidence_of(build.effects()),
                certainty=context.observation.certainty,
                claims=build.effects(),
            )


RULE = AddUniqueConstraint()
