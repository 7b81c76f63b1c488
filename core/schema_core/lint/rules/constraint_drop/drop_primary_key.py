"""CD103: a primary key is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import dropped, gone, reached
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.objects import Column, PrimaryKey
from schema_core.schema.ref import Ref


class DropPrimaryKey(Rule):
    """Reports primary keys that are gone while their table stays."""

    code = "CD103"
    name = "drop-primary-key"
    analyzer = "condrop"
    title = "A primary key is dropped"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = (
        "Duplicate rows become possible, lookups lose their index, and logical replication cannot tell rows of the "
        "table apart."
    )
    instead = (
        "Build the new key's unique index concurrently first, then drop the old key and add the new one USING INDEX in "
        "one statement."
    )
    effect_on = (("sqlite", "Duplicate rows become possible, and lookups lose their index."),)
    instead_on = (("sqlite", "Write a primary key into the new table as well."),)
    documentation = (
        "Silent when the key goes with its table or with all of its columns, when the same statement adds another "
        "primary key, and when the change set itself had added it."
    )
    bad = (
        Example(
            title="Nothing identifies a row",
            base="CREATE TABLE events (id bigint CONSTRAINT events_pkey PRIMARY KEY, at timestamptz);",
            migration="ALTER TABLE events DROP CONSTRAINT events_pkey;",
        ),
        Example(
            title="A column that belonged to the key takes it along",
            base="CREATE TABLE members (team bigint, person bigint, PRIMARY KEY (team, person));",
            migration="ALTER TABLE members DROP COLUMN team;",
        ),
        Example(
            title="A table that is made anew lacks the key",
            dialect="sqlite",
            base="CREATE TABLE events (id text PRIMARY KEY, at text);",
            migration=(
                "CREATE TABLE new_events (id text, at text);\n"
                "INSERT INTO new_events (id, at) SELECT id, at FROM events;\n"
                "DROP TABLE events;\n"
                "ALTER TABLE new_events RENAME TO events;"
            ),
        ),
    )
    good = (
        Example(
            title="Replaced in one statement",
            base="CREATE TABLE events (id bigint CONSTRAINT events_pkey PRIMARY KEY, uid uuid NOT NULL);\n"
            "CREATE UNIQUE INDEX events_uid ON events (uid);",
            migration="ALTER TABLE events\n  DROP CONSTRAINT events_pkey,\n"
            "  ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_uid;",
        ),
        Example(
            title="A table that is made anew has another key",
            dialect="sqlite",
            base="CREATE TABLE events (id text PRIMARY KEY, at text);",
            migration=(
                "CREATE TABLE new_events (id text NOT NULL, at text NOT NULL, PRIMARY KEY (id, at));\n"
                "INSERT INTO new_events (id, at) SELECT id, ifnull(at, '') FROM events;\n"
                "DROP TABLE events;\n"
                "ALTER TABLE new_events RENAME TO events;"
            ),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for primary keys that are gone for good."""
        columns = {column.ref for column in dropped(context.observation, Column)}
        again = {
            (change.ref.schema, change.ref.parent) for change in context.created() if change.ref.kind == "primary key"
        }
        keys = [
            key
            for key in dropped(context.observation, PrimaryKey)
            if not context.is_new(key.ref)
            and (key.ref.schema, key.ref.parent) not in again
            and not all(Ref("column", key.ref.schema, key.ref.parent, name) in columns for name in key.columns)
        ]
        tables = {change.ref for change in context.dropped() if change.ref.kind == "table"}
        for key in reached(context, keys):
            if key.table in tables:
                continue
            ref = key.item.ref
            yield Hit(
                message=f'Dropping primary key "{ref.name}" of table "{key.table.name}"',
                subjects=(ref,),
                evidence=gone(ref),
            )


RULE = DropPrimaryKey()
