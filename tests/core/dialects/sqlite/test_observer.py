"""What one statement changed, told by identity, and a state that stays that of the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from generated_schemas import schemas
from hypothesis import given, settings

from schema_core.dialects.protocol import Effects, ExecutionError, Observer, Scope
from schema_core.dialects.sqlite.dialect import DIALECT
from schema_core.dialects.sqlite.session import SqliteSession, connect
from schema_core.diff.compare import compare_by_identity
from schema_core.schema.changes import Alter, Change, Create, Drop, Rename
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

BASE = """
CREATE TABLE users (id integer PRIMARY KEY, email text UNIQUE, age int, CHECK (age > 0));
CREATE INDEX users_age ON users (age);
CREATE TRIGGER noted AFTER DELETE ON users BEGIN SELECT old.age; END;
CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users);
CREATE VIEW emails AS SELECT email FROM users;
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[SqliteSession]:
    session = connect(DIALECT.create_database(f"sqlite://{tmp_path}/server.db?_sync=off", "watched"))
    session.execute_script(BASE)
    yield session
    session.close()


def statements(text: str) -> list[Statement]:
    return list(DIALECT.split(SourceText("f.sql", text.encode())))


def changes(effects: Effects) -> tuple[Change, ...]:
    return compare_by_identity(effects.before, effects.after, effects.identities_before, effects.identities_after)


def told(effects: Effects) -> list[str]:
    words = []
    for change in changes(effects):
        match change:
            case Create() | Drop():
                words.append(f"{type(change).__name__.lower()} {change.ref.kind} {change.ref.label()}")
            case Rename(before=before, after=after):
                words.append(f"rename {before.ref.kind} {before.ref.label()} to {after.ref.label()}")
            case Alter():
                words.append(f"alter {change.ref.kind} {change.ref.label()} ({', '.join(change.fields())})")
    return words


def agrees(observer: Observer, session: SqliteSession) -> None:
    """The observer's state is what an inspection of the database says."""
    seen, read = observer.state(), session.inspect(Scope())
    assert seen.realm == read.realm
    assert sorted(seen.unmodelled) == sorted(read.unmodelled)
    assert set(seen.identities) == set(read.realm)
    assert len(set(seen.identities.values())) == len(seen.identities)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ALTER TABLE users ADD COLUMN name text", ["create column main.users.name"]),
        ("CREATE TABLE IF NOT EXISTS users (x)", []),
        (
            "ALTER TABLE users RENAME COLUMN age TO years",
            [
                "rename column main.users.age to main.users.years",
                "rename check constraint main.users.CHECK (age > 0) to main.users.CHECK (years > 0)",
                "alter check constraint main.users.CHECK (years > 0) (expression)",
                "alter index main.users.users_age (parts)",
                "alter trigger main.users.noted (definition)",
            ],
        ),
        (
            "ALTER TABLE users RENAME TO people",
            [
                "rename table main.users to main.people",
                "alter trigger main.people.noted (definition)",
                "alter foreign key main.orders.FOREIGN KEY (user_id) (references)",
                "alter view main.emails (definition)",
            ],
        ),
        (
            "ALTER TABLE orders DROP COLUMN user_id",
            ["drop column main.orders.user_id", "drop foreign key main.orders.FOREIGN KEY (user_id)"],
        ),
        ("ALTER TABLE users DROP COLUMN email", None),
        ("DROP INDEX users_age", ["drop index main.users.users_age"]),
        ("DROP VIEW emails", ["drop view main.emails"]),
        ("DROP TRIGGER noted", ["drop trigger main.users.noted"]),
        (
            "DROP TABLE orders",
            [
                "drop table main.orders",
                "drop column main.orders.id",
                "drop column main.orders.user_id",
                "drop primary key main.orders.PRIMARY KEY",
                "drop foreign key main.orders.FOREIGN KEY (user_id)",
            ],
        ),
        ("INSERT INTO orders VALUES (1, 1)", []),
    ],
)
def test_changes_are_told_by_identity(session: SqliteSession, sql: str, expected: list[str] | None) -> None:
    observer = session.observer()
    (statement,) = statements(sql)
    if expected is None:
        with pytest.raises(ExecutionError):
            observer.observe(statement)
    else:
        assert told(observer.observe(statement)) == expected
    agrees(observer, session)


def test_a_dropped_column_is_not_the_next_one_renamed(session: SqliteSession) -> None:
    observer = session.observer()
    found = [
        told(observer.observe(each))
        for each in statements("ALTER TABLE orders ADD a int; ALTER TABLE orders ADD b int; ALTER TABLE orders DROP a;")
    ]
    assert found[-1] == ["drop column main.orders.a"]
    agrees(observer, session)


def test_a_foreign_key_follows_the_key_that_it_leaves_to_the_other_table(session: SqliteSession) -> None:
    observer = session.observer()
    found = [
        told(observer.observe(each))
        for each in statements(
            "DROP VIEW emails; DROP TABLE users; CREATE TABLE users (a int, b int, PRIMARY KEY (b));"
        )
    ]
    assert "alter foreign key main.orders.FOREIGN KEY (user_id) (referenced_columns)" in found[-1]
    agrees(observer, session)


def test_tables_in_place_of_others_are_not_they(session: SqliteSession) -> None:
    observer = session.observer()
    rebuild = statements(
        "CREATE TABLE new_orders (id integer PRIMARY KEY, user_id int, total int);"
        "INSERT INTO new_orders (id, user_id) SELECT id, user_id FROM orders;"
        "DROP TABLE orders;"
        "ALTER TABLE new_orders RENAME TO orders;"
    )
    found = [told(observer.observe(each)) for each in rebuild]
    assert found[3] == ["rename table main.new_orders to main.orders"]
    agrees(observer, session)


def test_vacuum_gives_the_catalog_new_numbers_and_nothing_another_name(session: SqliteSession) -> None:
    observer = session.observer()
    (first, vacuum, rename) = statements("DROP INDEX users_age; VACUUM; ALTER TABLE orders RENAME TO purchases;")
    observer.observe(first)
    before = observer.state().identities
    effects = observer.observe(vacuum)
    assert (effects.certainty, effects.in_transaction) == ("documented", False)
    assert {rewrite.ref.name for rewrite in effects.rewrites} == {"users", "orders"}
    assert observer.state().identities == before
    assert told(observer.observe(rename)) == ["rename table main.orders to main.purchases"]
    agrees(observer, session)


def test_virtual_tables_and_what_they_keep_are_named(session: SqliteSession) -> None:
    observer = session.observer()
    (create, add) = statements("CREATE VIRTUAL TABLE docs USING fts5(body); CREATE TABLE docs_own (x);")
    effects = observer.observe(create)
    named = sorted((item.ref.kind, item.ref.name) for item in effects.unmodelled)
    assert ("virtual table", "docs") in named
    assert ("shadow table", "docs_data") in named
    assert changes(effects) == ()
    assert observer.observe(add).unmodelled == ()
    agrees(observer, session)


def test_a_refused_statement_leaves_the_state(session: SqliteSession) -> None:
    observer = session.observer()
    before = observer.state().realm
    for sql in ("CREATE TABLE users (x)", "SELEC 1", "INSERT OR ROLLBACK INTO users (id, age) VALUES (1, -1)"):
        (statement,) = statements(sql)
        with pytest.raises(ExecutionError):
            observer.observe(statement)
        assert not session.connection.in_transaction
    assert observer.state().realm == before
    agrees(observer, session)


def test_a_shared_transaction_is_rolled_back_as_a_whole(session: SqliteSession) -> None:
    observer = session.observer()
    before = observer.state().realm
    observer.share_transaction("file")
    for each in statements("CREATE TABLE a (x); ALTER TABLE a RENAME TO b;"):
        observer.observe(each)
    assert "b" in {ref.name for ref in observer.state().realm}
    observer.end_shared_transaction(commit=False)
    assert observer.state().realm == before
    agrees(observer, session)


def test_what_was_not_watched_is_caught_up_with(session: SqliteSession) -> None:
    observer = session.observer()
    before = observer.state()
    session.execute_script("ALTER TABLE orders RENAME TO purchases; CREATE TABLE extra (x); DROP VIEW emails;")
    observer.refresh()
    after = observer.state()
    found = compare_by_identity(before.realm.values(), after.realm.values(), before.identities, after.identities)
    assert [(type(change).__name__, change.ref.name) for change in found if change.ref.parent is None] == [
        ("Drop", "emails"),
        ("Rename", "purchases"),
        ("Create", "extra"),
    ]
    agrees(observer, session)


@settings(max_examples=60, deadline=None)
@given(text=schemas())
def test_the_state_is_that_of_the_database(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("watched")
    session = connect(DIALECT.create_database(f"sqlite://{directory}/server.db?_sync=off", "watched"))
    try:
        observer = session.observer()
        for statement in statements(text):
            observer.observe(statement)
        agrees(observer, session)
        for ref in [ref for ref in observer.state().realm if ref.kind == "table"]:
            (drop,) = statements(f'DROP TABLE "{ref.name.replace(chr(34), chr(34) * 2)}"')
            observer.observe(drop)
            agrees(observer, session)
    finally:
        session.close()
