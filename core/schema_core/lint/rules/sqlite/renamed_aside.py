"""LT502: a table is made anew by renaming the old one first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import named
from schema_core.schema.changes import Rename
from schema_core.schema.objects import ForeignKey, Table, Trigger, View
from schema_core.schema.observations import Evidence
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


class RenamedAside(Rule):
    """Reports what followed a renamed table and now names one that is gone."""

    code = "LT502"
    name = "renamed-aside"
    analyzer = "rebuild"
    title = "The old table is renamed before the new one is made"
    severity = "error"
    dialects = ("sqlite",)
    effect = (
        "Foreign keys, views and triggers follow a table that is renamed. When it is dropped they name a table that is "
        "gone: writes fail where foreign keys are enforced, and reads of the views fail."
    )
    instead = (
        "Create the new table under another name, copy the rows, drop the old table, and rename the new one: then "
        "everybody who names the table means the new one."
    )
    documentation = "Silent when nothing refers to the table, and with `PRAGMA legacy_alter_table = ON`."
    bad = (
        Example(
            title="The foreign key of another table dangles",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);\n"
            "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id));",
            migration="ALTER TABLE users RENAME TO old_users;\n"
            "CREATE TABLE users (id integer PRIMARY KEY, name text);\n"
            "INSERT INTO users (id) SELECT id FROM old_users;\nDROP TABLE old_users;",
        ),
        Example(
            title="So does a view",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);\nCREATE VIEW everybody AS SELECT id FROM users;",
            migration="ALTER TABLE users RENAME TO old_users;\n"
            "CREATE TABLE users (id integer PRIMARY KEY, name text);\n"
            "INSERT INTO users (id) SELECT id FROM old_users;\nDROP TABLE old_users;",
        ),
    )
    good = (
        Example(
            title="The new table gets the name last",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);\n"
            "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id));",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, name text);\n"
            "INSERT INTO new_users (id) SELECT id FROM users;\nDROP TABLE users;\n"
            "ALTER TABLE new_users RENAME TO users;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for dropped tables that an earlier statement of the file had renamed."""
        former = {
            change.after.ref: change.before.ref
            for step in context.earlier()
            for change in step.observation.changes
            if isinstance(change, Rename) and isinstance(change.before, Table)
        }
        gone = {change.ref for change in context.dropped() if isinstance(change.object, Table)}
        if context.rebuild is not None and context.rebuild.aside is not None:
            former[context.rebuild.aside] = context.rebuild.table
            gone.add(context.rebuild.aside)
        for table in gone & set(former):
            dangling = list(_dangling(context.end, table))
            if dangling:
                owners = list(dict.fromkeys(dangling))
                yield Hit(
                    message=f"{_capitalized(named(owners))} {'names' if len(owners) == 1 else 'name'} table "
                    f'"{table.name}", which is gone, instead of "{former[table].name}"',
                    subjects=tuple(owners),
                    evidence=tuple(
                        Evidence(source="catalog", detail=f"{ref.kind} {ref.label()} refers to {table.name}")
                        for ref in owners
                    ),
                )


def _dangling(end: Realm, table: Ref) -> Iterator[Ref]:
    """What names a table that is gone when the file is done."""
    for key in end.of(ForeignKey):
        if key.references.name.lower() == table.name.lower() and key.references not in end:
            yield Ref("table", key.ref.schema, None, key.ref.parent or "")
    word = re.compile(rf"(?<!\w){re.escape(table.name)}(?!\w)", re.IGNORECASE)
    readers: list[View | Trigger] = [*end.of(View), *end.of(Trigger)]
    for item in readers:
        if word.search(item.definition):
            yield item.ref


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


RULE = RenamedAside()
"""The rule."""
