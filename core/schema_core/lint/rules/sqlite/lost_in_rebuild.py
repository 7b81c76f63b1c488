"""LT509: a table that was made anew lacks something that it had."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rebuilds import Rebuild
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.wording import listed, named, quoted
from schema_core.schema.changes import changed_fields
from schema_core.schema.objects import Column, Index, PrimaryKey, SchemaObject, Table, UniqueConstraint
from schema_core.schema.observations import Evidence
from schema_core.schema.ref import Ref

_COUNTER = "sqlite_sequence"
_FIELDS = {"default": "its default", "collation": "its collation", "generated": "how it is generated"}


class LostInRebuild(Rule):
    """Reports rows, values, indexes, triggers, keys and options that did not come along."""

    code = "LT509"
    name = "lost-in-rebuild"
    analyzer = "rebuild"
    title = "A table that is made anew loses something"
    severity = "warning"
    dialects = ("sqlite",)
    effect = (
        "What belongs to a table goes with it when it is dropped: its indexes, its triggers, its options and the "
        "counter of AUTOINCREMENT. SQLite says nothing about it."
    )
    instead = (
        "Copy every row and every column, write all constraints and options into the new table, and create its indexes "
        "and triggers again at the end of the file (SELECT sql FROM sqlite_schema WHERE tbl_name = …)."
    )
    documentation = (
        "The table before the file is compared with the table at its end. An error when the copy leaves rows or values "
        "out. Columns, checks, foreign keys and primary keys that are gone are reported as if the table had been "
        "altered, by [DS103](DS103.md), [CD101](CD101.md), [CD102](CD102.md) and [CD103](CD103.md)."
    )
    bad = (
        Example(
            title="The index and the trigger went with the old table",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);\n"
            "CREATE INDEX users_email ON users (email);\n"
            "CREATE TRIGGER users_fixed BEFORE DELETE ON users BEGIN SELECT raise(ABORT, 'no'); END;",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text, name text);\n"
            "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
        Example(
            title="Not every row is copied",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text, name text);\n"
            "INSERT INTO new_users (id, email) SELECT id, email FROM users WHERE email IS NOT NULL;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
        Example(
            title="Not every column is",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text, name text);\n"
            "INSERT INTO new_users (id) SELECT id FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
        Example(
            title="The new table is not STRICT, and its numbers begin anew",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT, email text) STRICT;",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY AUTOINCREMENT, email text, name text);\n"
            "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
    )
    good = (
        Example(
            title="The index is created again",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text, name text);\n"
            "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;\n"
            "CREATE INDEX users_email ON users (email);",
        ),
        Example(
            title="The counter is set as well",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY AUTOINCREMENT, email text, name text);\n"
            "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
            "UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'users')\n"
            "WHERE name = 'new_users';\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Compare the table before and at the end of the file."""
        rebuild = context.rebuild
        if rebuild is None:
            return
        name = rebuild.table.name
        evidence = context.observation.rewrites[-1].evidence if context.observation.rewrites else ()
        if rebuild.filtered():
            yield Hit(
                message=f'Making table "{name}" anew may lose rows: the copy does not take all of them',
                subjects=(rebuild.table,),
                evidence=evidence,
                severity="error",
            )
        if columns := rebuild.left_out():
            names = [column.ref.name for column in columns]
            yield Hit(
                message=f'Making table "{name}" anew loses the values of {quoted(names)}: the copy leaves them out',
                subjects=tuple(column.ref for column in columns),
                evidence=evidence,
                severity="error",
            )
        lost = [item.ref for item in rebuild.before if _is_lost(item, context)]
        words = [*_options(context, rebuild), *_counter(context, rebuild)]
        if lost:
            words.insert(0, named(lost))
        if words:
            yield Hit(
                message=f'Making table "{name}" anew loses {listed(words)}',
                subjects=(rebuild.table, *lost),
                evidence=(*evidence, *(_gone(ref) for ref in lost)),
            )


def _is_lost(item: SchemaObject, context: StatementContext) -> bool:
    """Whether an index, a trigger or a unique constraint is missing at the end and nothing stands for it."""
    if item.ref.kind not in ("index", "trigger", "unique constraint"):
        return False
    present = _present(context, item.ref.parent or "")
    if any(_is_namesake(other, item, context) for other in present):
        return False
    return not isinstance(item, UniqueConstraint) or not any(_columns(other) == item.columns for other in present)


def _present(context: StatementContext, table: str) -> tuple[SchemaObject, ...]:
    """The table at the end of the file with all that belongs to it."""
    for item in context.end.of(Table):
        if context.fold(item.ref.name) == context.fold(table):
            return (item, *context.end.children(item.ref))
    return ()


def _is_namesake(one: SchemaObject, other: SchemaObject, context: StatementContext) -> bool:
    return one.ref.kind == other.ref.kind and context.fold(one.ref.name) == context.fold(other.ref.name)


def _columns(item: SchemaObject) -> tuple[str, ...] | None:
    if isinstance(item, UniqueConstraint | PrimaryKey):
        return item.columns
    if isinstance(item, Index) and item.unique and item.predicate is None:
        return tuple(part.column or "" for part in item.parts)
    return None


def _options(context: StatementContext, rebuild: Rebuild) -> Iterator[str]:
    """Options of the table, and what its columns lost, in words."""
    present = _present(context, rebuild.table.name)
    for before in rebuild.before:
        after = next((item for item in present if _is_namesake(item, before, context)), None)
        if after is None:
            continue
        for field in changed_fields(before, after):
            if isinstance(before, Table) and getattr(before, field) is True:
                yield field.replace("_", " ").upper()
            elif isinstance(before, Column) and field in _FIELDS and getattr(after, field) is None:
                yield f'{_FIELDS[field]} of column "{before.ref.name}"'.replace("its ", "the ", 1)


def _counter(context: StatementContext, rebuild: Rebuild) -> Iterator[str]:
    """The numbers that AUTOINCREMENT has given out, unless the file carries them over."""
    counts = any(getattr(item, "autoincrement", False) for item in rebuild.before)
    if not counts:
        return
    if not any(getattr(item, "autoincrement", False) for item in rebuild.after):
        yield "AUTOINCREMENT"
        return
    for step in context.statements:
        for action in step.statement.actions:
            if action.table is not None and action.table.name.lower() == _COUNTER:
                return
    yield "the counter of AUTOINCREMENT (numbers of deleted rows are given out again)"


def _gone(ref: Ref) -> Evidence:
    return Evidence(source="catalog", detail=f"{ref.kind} {ref.label()} is gone at the end of the file")


RULE = LostInRebuild()
"""The rule."""
