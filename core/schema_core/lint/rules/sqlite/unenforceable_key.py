"""LT512: a foreign key that SQLite cannot enforce."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import quoted
from schema_core.schema.objects import Column, ForeignKey, Index, PrimaryKey, SchemaObject, UniqueConstraint
from schema_core.schema.observations import Evidence
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


class UnenforceableKey(Rule):
    """Reports foreign keys to a table that is missing, or to columns that no key makes unique."""

    code = "LT512"
    name = "unenforceable-foreign-key"
    analyzer = "rebuild"
    title = "A foreign key cannot be enforced"
    severity = "warning"
    dialects = ("sqlite",)
    effect = (
        "SQLite creates it all the same. Where foreign keys are enforced, every write to the table fails ('no such "
        "table', 'foreign key mismatch'); where they are not, as in many tests, nobody notices."
    )
    instead = "Refer to the primary key or to columns with a unique constraint or index of exactly these columns."
    documentation = (
        "Looks at the foreign keys that a statement adds or that refer to what it changes, as they are at the end of "
        "the file. A partial index does not count, nor one over expressions."
    )
    bad = (
        Example(
            title="No such table",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES people (id));",
        ),
        Example(
            title="Names need not be unique",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, name text);",
            migration="CREATE TABLE orders (id integer PRIMARY KEY, user_name text REFERENCES users (name));",
        ),
        Example(
            title="The index that made them unique is dropped",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, name text);\n"
            "CREATE UNIQUE INDEX users_name ON users (name);\n"
            "CREATE TABLE orders (id integer PRIMARY KEY, user_name text REFERENCES users (name));",
            migration="DROP INDEX users_name;",
        ),
    )
    good = (
        Example(
            title="A unique index comes later in the file",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="CREATE TABLE orders (id integer PRIMARY KEY, tag text REFERENCES tags (name));\n"
            "CREATE TABLE tags (name text);\nCREATE UNIQUE INDEX tags_name ON tags (name);",
        ),
        Example(
            title="The primary key is meant where no columns are named",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users);",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look at foreign keys that the statement touched, on either side."""
        touched = {_table(change.ref) for change in context.observation.changes}
        changed = {change.ref for change in context.observation.changes}
        for key in context.end.of(ForeignKey) if touched else ():
            if key.ref not in changed and key.references not in touched:
                continue
            reason = _reason(context.end, key)
            # What was so before is not the statement's doing.
            if reason is None or (key.ref in context.before and _reason(context.before, key) is not None):
                continue
            yield Hit(
                message=f'The foreign key {quoted(key.columns)} of table "{key.ref.parent}" cannot be enforced: '
                f"{reason}",
                subjects=(key.ref, key.references),
                evidence=(Evidence(source="catalog", detail=reason),),
            )


def _reason(realm: Realm, key: ForeignKey) -> str | None:
    """Why a foreign key cannot be enforced in a state; None when it can."""
    parent = key.references
    if parent not in realm:
        return f'there is no table "{parent.name}"'
    children = realm.children(parent)
    columns = {item.ref.name.lower() for item in children if isinstance(item, Column)}
    wanted = [name.lower() for name in key.referenced_columns]
    if not wanted:
        return f'table "{parent.name}" has no primary key'
    if missing := [name for name in key.referenced_columns if name.lower() not in columns]:
        return f'table "{parent.name}" has no column {quoted(missing)}'
    if any(_unique(item) == sorted(wanted) for item in children):
        return None
    return f'{quoted(key.referenced_columns)} of table "{parent.name}" {"is" if len(wanted) == 1 else "are"} not unique'


def _unique(item: SchemaObject) -> list[str] | None:
    """The columns, in lower case and in order, that an object makes unique; None when it does not."""
    if isinstance(item, PrimaryKey | UniqueConstraint):
        return sorted(name.lower() for name in item.columns)
    if isinstance(item, Index) and item.unique and item.predicate is None:
        return sorted((part.column or "").lower() for part in item.parts)
    return None


def _table(ref: Ref) -> Ref:
    return Ref("table", ref.schema, None, ref.parent or ref.name)


RULE = UnenforceableKey()
"""The rule."""
