"""What the observer says on an empty database holds on a full one.

It reads what a statement will do from SQLite's program for it. Here the statement runs on tables with few and with many
rows, and SQLite's own instructions are counted: work that grows with the rows must have been named, and nothing else.
Words with which a statement was said to stop must be those of its failure.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from schema_core.dialects.protocol import Effects, ExecutionError
from schema_core.dialects.sqlite.dialect import DIALECT
from schema_core.dialects.sqlite.session import SqliteSession, connect
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

BASE = """
CREATE TABLE users (id integer PRIMARY KEY, email text, age int, legacy text);
CREATE INDEX users_age ON users (age);
CREATE TABLE members (team int, person int, role text, PRIMARY KEY (team, person)) WITHOUT ROWID;
CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE log (line text);
CREATE VIEW emails AS SELECT email FROM users;
CREATE TRIGGER noted AFTER DELETE ON members BEGIN INSERT INTO log SELECT 'x' FROM users; END;
"""
FILL = """
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO {table} SELECT {values} FROM n
"""
ROWS = {"users": "i, 'e' || i, i, 'x'", "members": "i, i, 'r'", "orders": "i, i", "log": "'l' || i"}
FEW, MANY = 50, 450
STATEMENTS: dict[str, set[str]] = {
    "ALTER TABLE users ADD COLUMN name text": set(),
    "ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT ''": set(),
    "ALTER TABLE users ADD COLUMN upper text AS (upper(email)) VIRTUAL": set(),
    "ALTER TABLE users ADD COLUMN owner int REFERENCES users (id)": set(),
    "ALTER TABLE users ADD COLUMN state text DEFAULT 'on' CHECK (state <> '')": {"scan users"},
    "ALTER TABLE users ADD COLUMN doubled int NOT NULL AS (age * 2) VIRTUAL": {"scan users"},
    "ALTER TABLE users DROP COLUMN legacy": {"rewrite users"},
    "ALTER TABLE members DROP COLUMN role": {"rewrite members"},
    "ALTER TABLE users RENAME COLUMN legacy TO former": set(),
    "ALTER TABLE users RENAME TO people": set(),
    "CREATE INDEX users_email ON users (email)": {"build users"},
    "CREATE INDEX users_some ON users (lower(email)) WHERE age > 3": {"build users"},
    "CREATE INDEX members_role ON members (role)": {"build members"},
    "REINDEX users_age": {"build users"},
    "REINDEX users": {"build users"},
    "DROP INDEX users_age": set(),
    "DROP VIEW emails": set(),
    "DROP TRIGGER noted": set(),
    "CREATE TABLE visits (id integer PRIMARY KEY)": set(),
    "CREATE TABLE copy AS SELECT * FROM users": {"scan users"},
    "INSERT INTO log SELECT email FROM users": {"scan users"},
    "INSERT INTO log VALUES ('x')": set(),
    "UPDATE users SET legacy = NULL": {"scan users"},
    "UPDATE users SET legacy = NULL WHERE id = 7": set(),
    "UPDATE users SET legacy = NULL WHERE age = 7": set(),
    "UPDATE users SET legacy = NULL WHERE email = 'e7'": {"scan users"},
    "DELETE FROM orders WHERE id = 3": set(),
    "DELETE FROM members WHERE team = 3 AND person = 3": {"scan users"},
    "SELECT count(*) FROM users": {"scan users"},
    "PRAGMA user_version = 7": set(),
}
STOPS = {
    "ALTER TABLE users ADD COLUMN name text NOT NULL": "Cannot add a NOT NULL column with default value NULL",
    "ALTER TABLE users ADD COLUMN at text DEFAULT CURRENT_TIMESTAMP": "Cannot add a column with non-constant default",
    "ALTER TABLE users ADD COLUMN n int AS (age + 1) STORED": "cannot add a STORED column",
}


def database(directory: Path, rows: int) -> SqliteSession:
    session = connect(DIALECT.create_database(f"sqlite://{directory}/server.db?_sync=off", f"rows_{rows}"))
    session.execute_script(BASE)
    for table, values in ROWS.items():
        if rows:
            session.connection.execute(FILL.format(table=table, values=values), {"rows": rows})
    return session


def parsed(text: str) -> Statement:
    (statement,) = DIALECT.split(SourceText("f.sql", text.encode()))
    return statement


def observed(session: SqliteSession, text: str) -> Effects:
    return session.observer().observe(parsed(text))


def work(effects: Effects) -> set[str]:
    built = {build.table for build in effects.index_builds}
    rewritten = {rewrite.ref for rewrite in effects.rewrites}
    return {
        *(f"rewrite {rewrite.ref.name}" for rewrite in effects.rewrites),
        *(f"build {build.table.name}" for build in effects.index_builds),
        *(f"scan {scan.ref.name}" for scan in effects.scans if scan.ref not in built | rewritten),
    }


def instructions(session: SqliteSession, text: str) -> int:
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    session.connection.set_progress_handler(step, 1)
    try:
        session.execute(text)
    finally:
        session.connection.set_progress_handler(None, 0)
    return count


@pytest.mark.parametrize("text", STATEMENTS)
def test_work_that_grows_with_the_rows_is_named(text: str, tmp_path: Path) -> None:
    empty = database(tmp_path, 0)
    assert work(observed(empty, text)) == STATEMENTS[text]
    empty.close()
    counts = []
    for rows in (FEW, MANY):
        session = database(tmp_path, rows)
        counts.append(instructions(session, text))
        session.close()
    grows = counts[1] - counts[0] >= MANY - FEW
    # Counting all rows is one instruction, which reads every page all the same.
    assert grows == bool(STATEMENTS[text]) or "count(*)" in text


@pytest.mark.parametrize("text", STOPS)
def test_a_statement_stops_in_the_words_that_were_foretold(text: str, tmp_path: Path) -> None:
    empty = database(tmp_path, 0)
    notices = observed(empty, text).notices
    assert [notice.detail for notice in notices] == [f"stops with '{STOPS[text]}' when users holds a row"]
    empty.close()
    session = database(tmp_path, 1)
    with pytest.raises(ExecutionError, match=STOPS[text]):
        session.execute(text)
    session.close()


def test_a_default_that_fails_its_check_fails_for_every_row(tmp_path: Path) -> None:
    text = "ALTER TABLE users ADD COLUMN state text DEFAULT '' CHECK (state <> '')"
    empty = database(tmp_path, 0)
    assert [(notice.source, notice.detail) for notice in observed(empty, text).notices] == [
        ("evaluated", "CHECK (state <> '') is false for ''")
    ]
    empty.close()
    session = database(tmp_path, 1)
    with pytest.raises(ExecutionError, match="CHECK constraint failed"):
        session.execute(text)
    session.close()


def test_the_lock_is_what_another_connection_meets(tmp_path: Path) -> None:
    session = database(tmp_path, 0)
    (lock,) = observed(session, "ALTER TABLE users ADD COLUMN name text").locks
    assert (lock.ref.name, lock.mode, lock.blocks_reads, lock.blocks_writes) == ("main", "RESERVED", False, True)
    assert "BEGIN IMMEDIATE was refused: database is locked" in lock.evidence[0].detail
    assert observed(session, "SELECT * FROM users").locks == ()
    # And in truth: while a writer's transaction is open, another reads and cannot write.
    session.execute("begin immediate")
    other = sqlite3.connect(session.location.path or "", isolation_level=None, timeout=0)
    assert other.execute("select count(*) from users").fetchone() == (0,)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("insert into log values ('x')")
    other.close()
    session.close()


def test_foreign_keys_are_watched_where_they_are_enforced(tmp_path: Path) -> None:
    session = database(tmp_path, 0)
    session.execute("pragma foreign_keys = on")
    statement = parsed("DELETE FROM users WHERE id = 1")
    observer = session.observer()
    (scan,) = observer.observe(statement).scans
    assert (scan.ref.name, scan.purpose) == ("orders", "foreign key")
    # In the transaction of a file they are not.
    assert observer.observe(statement, transaction="file").scans == ()
    assert session.enforces_foreign_keys()
    session.close()
