"""MF102: an index becomes unique."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import evidence_of
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.data_dependent.unique_keys import new_keys, replaces_index


class IndexBecomesUnique(Rule):
    """Reports unique indexes that take the name of an index that allowed duplicates."""

    code = "MF102"
    name = "index-becomes-unique"
    analyzer = "data_depend"
    title = "An index becomes unique"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = "The migration fails when two rows hold the same values; the old index is gone by then."
    instead = (
        "Look for duplicates in production first, and build the unique index under a new name before the old one is "
        "dropped."
    )
    documentation = (
        "An index cannot be altered into a unique one: it is dropped and built again under its name, in one file. A "
        "unique index with a new name is [MF101](MF101.md)."
    )
    bad = (
        Example(
            title="Dropped and created again, unique this time",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);",
            migration="DROP INDEX users_email;\nCREATE UNIQUE INDEX users_email ON users (email);",
        ),
        Example(
            title="The same on SQLite",
            dialect="sqlite",
            base=(
                "CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);\n"
                "CREATE INDEX users_email ON users (email);"
            ),
            migration=("DROP INDEX users_email;\nCREATE UNIQUE INDEX users_email ON users (email);"),
        ),
    )
    good = (
        Example(
            title="The index that is replaced was unique already",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\n"
            "CREATE UNIQUE INDEX users_email ON users (email);",
            migration="-- atlas:txmode none\n\nDROP INDEX CONCURRENTLY users_email;\n"
            "CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email) INCLUDE (name);",
        ),
        Example(
            title="The index that is replaced was unique already (SQLite)",
            dialect="sqlite",
            base=(
                "CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);\n"
                "CREATE UNIQUE INDEX users_email ON users (email);"
            ),
            migration=("DROP INDEX users_email;\nCREATE UNIQUE INDEX users_email ON users (email) WHERE email <> '';"),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for unique indexes under the name of one that was not."""
        for key in new_keys(context):
            if not replaces_index(context, key):
                continue
            yield Hit(
                message=f'Modifying an index "{key.ref.name}" on table "{key.reached.table.name}" might fail in case '
                "of duplicate entries",
                subjects=(key.ref,),
                evidence=evidence_of(key.builds),
                certainty=context.observation.certainty,
            )


RULE = IndexBecomesUnique()
