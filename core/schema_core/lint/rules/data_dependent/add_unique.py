"""MF101: rows must be unique from now on."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import evidence_of
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.data_dependent.unique_keys import new_keys, replaces_index
from schema_core.lint.wording import plural, quoted

_NOUNS = {"index": "unique index", "unique constraint": "unique constraint", "primary key": "primary key"}


class AddUnique(Rule):
    """Reports unique indexes and constraints that are built over the rows of a table."""

    code = "MF101"
    name = "add-unique"
    analyzer = "data_depend"
    title = "A unique index is added to existing columns"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = "The migration fails when two rows hold the same values, which an empty development database cannot show."
    instead = (
        "Look for duplicates in production first (SELECT … GROUP BY … HAVING count(*) > 1), remove them, and keep the "
        "application from writing new ones."
    )
    documentation = (
        "Silent for a new table, for a column that is itself new and still empty, for a key that an equal or narrower "
        "unique key already implied, and for a constraint that takes over a unique index (`USING INDEX`): the index "
        "was reported when it was built."
    )
    bad = (
        Example(
            title="A unique constraint",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);",
        ),
        Example(
            title="Building the index concurrently does not change the rows",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="-- atlas:txmode none\n\nCREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);",
        ),
        Example(
            title="A new column with the same default in every row",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN handle text DEFAULT 'nobody' UNIQUE;",
        ),
        Example(
            title="A unique index on SQLite",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration="CREATE UNIQUE INDEX users_email ON users (email);",
        ),
        Example(
            title="A table that is made anew has a new key",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=(
                "CREATE TABLE new_users (id integer PRIMARY KEY, email text UNIQUE, phone text);\n"
                "INSERT INTO new_users (id, email, phone) SELECT id, email, phone FROM users;\n"
                "DROP TABLE users;\n"
                "ALTER TABLE new_users RENAME TO users;"
            ),
        ),
    )
    good = (
        Example(
            title="The wider key follows from the one that it replaces",
            base="CREATE TABLE members (team bigint, person bigint);\n"
            "CREATE UNIQUE INDEX members_person ON members (person);",
            migration="-- atlas:txmode none\n\nDROP INDEX CONCURRENTLY members_person;\n"
            "CREATE UNIQUE INDEX CONCURRENTLY members_team_person ON members (team, person);",
        ),
        Example(
            title="A new column is empty",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="-- atlas:txmode none\n\nALTER TABLE users ADD COLUMN handle text;\n"
            "CREATE UNIQUE INDEX CONCURRENTLY users_handle ON users (handle);",
        ),
        Example(
            title="A table that is made anew gets its unique index again",
            dialect="sqlite",
            base=(
                "CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);\n"
                "CREATE UNIQUE INDEX users_email ON users (email);"
            ),
            migration=(
                "CREATE TABLE new_users (id integer PRIMARY KEY, email text, phone text);\n"
                "INSERT INTO new_users (id, email, phone) SELECT id, email, phone FROM users;\n"
                "DROP TABLE users;\n"
                "ALTER TABLE new_users RENAME TO users;\n"
                "CREATE UNIQUE INDEX users_email ON users (email);"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for new uniqueness."""
        for key in new_keys(context):
            if replaces_index(context, key):
                continue
            noun = _NOUNS[key.ref.kind]
            where = f"{plural('column', key.columns)} {quoted(key.columns)} {_contain(key.columns)}"
            yield Hit(
                message=f'Adding a {noun} "{key.ref.name}" on table "{key.reached.table.name}" might fail in case '
                f"{where if key.columns else 'its expressions give'} duplicate entries",
                subjects=(key.ref,),
                evidence=evidence_of(key.builds),
                certainty=context.observation.certainty,
            )


def _contain(columns: tuple[str, ...]) -> str:
    return "contains" if len(columns) == 1 else "together contain"


RULE = AddUnique()
