"""Rows of our own making: which tables get some, and whether a change of theirs is seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from schema_core.dialects.protocol import BatchError, ExecutionError, Scope
from schema_core.dialects.sample_rows import Filled, KeptTable, RowState
from schema_core.dialects.sqlite.session import SqliteSession
from schema_core.dialects.sqlite.urls import Location
from schema_core.schema.objects import Table
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

_TYPES = (
    "", "INTEGER", "bigint", "BOOLEAN", "TEXT", "varchar(3)", "CLOB", "BLOB", "REAL", "double precision", "NUMERIC",
    "decimal(10,2)", "DATE", "TIME", "DATETIME", "timestamp with time zone", "JSON", "UUID", "point",
)  # fmt: skip


def memory() -> SqliteSession:
    return SqliteSession(sqlite3.connect(":memory:", isolation_level=None), Location(path=None))


@pytest.fixture
def session() -> Iterator[SqliteSession]:
    opened = memory()
    yield opened
    opened.close()


def fill(session: SqliteSession, text: str, changes: str = "") -> Filled:
    """Make a schema and rows in it, which are to fit what comes of it by the changes."""
    session.execute_script(text)
    before = session.inspect(Scope()).realm
    with closing(memory()) as other:
        other.execute_script(f"{text};\n{changes}")
        after = other.inspect(Scope()).realm
    return session.sample_rows().fill(before, after, {table.ref for table in before.of(Table)})


def named(filled: Filled) -> dict[str, int]:
    return {ref.name: count for ref, count in filled.rows.items()}


def query(session: SqliteSession, text: str) -> list[Any]:
    return [row[0] if len(row) == 1 else row for row in session.connection.execute(text)]


def test_every_type_has_values_and_no_two_columns_have_the_same(session: SqliteSession) -> None:
    columns = ", ".join(f"c{number} {kind} NOT NULL UNIQUE" for number, kind in enumerate(_TYPES) if kind != "BOOLEAN")
    filled = fill(session, f"CREATE TABLE t (flag BOOLEAN NOT NULL, {columns}, CHECK (json_valid(c16)))")
    assert filled.empty == {}
    assert named(filled) == {"t": 3}
    values = [value for row in query(session, "SELECT * FROM t") for value in row[1:]]
    assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    "body",
    [
        "id INTEGER PRIMARY KEY AUTOINCREMENT, a INT UNIQUE, b INT GENERATED ALWAYS AS (a * 2) STORED",
        "a INT, b TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID, --",
        "status TEXT NOT NULL CHECK (status IN ('new', 'it''s'))",
        "n INT UNIQUE NOT NULL CHECK (n BETWEEN 10 AND 20), code TEXT NOT NULL CHECK (length(code) = 5)",
        "hi INT NOT NULL, lo INT NOT NULL, CHECK (t.lo < t.hi)",
        "mail TEXT NOT NULL CHECK (mail LIKE '_%@%'), sku TEXT NOT NULL CHECK (sku GLOB '[A-Z][A-Z]-[0-9]*')",
        "digest BLOB NOT NULL CHECK (typeof(digest) = 'blob' AND length(digest) = 16)",
        "id INTEGER PRIMARY KEY, up INT NOT NULL REFERENCES t",
        "id INTEGER PRIMARY KEY, up INT NOT NULL UNIQUE REFERENCES t",
        '"or der" TEXT NOT NULL, "Odd ""%s?" INT CHECK ("Odd ""%s?" > 7)',
        "a TEXT DEFAULT (lower('X')) NOT NULL, b TEXT DEFAULT CURRENT_TIMESTAMP",
        "id INTEGER PRIMARY KEY CHECK (id < 100), a INT DEFAULT -9 CHECK (a > 0)",
        "a INT UNIQUE ON CONFLICT REPLACE, b INT NOT NULL ON CONFLICT IGNORE",
        "rowid TEXT, _rowid_ TEXT NOT NULL",
        "a ANY NOT NULL, b INT) STRICT, --",
    ],
)
def test_constraints_are_satisfied(session: SqliteSession, body: str) -> None:
    filled = fill(session, f"CREATE TABLE t (\n{body}\n)".replace(", --\n)", "").replace("), --\n)", ")"))
    assert filled.empty == {}
    assert named(filled) == {"t": 3}
    assert query(session, "PRAGMA foreign_key_check") == []


def test_rows_refer_to_rows_and_are_held_to_it(session: SqliteSession) -> None:
    filled = fill(
        session,
        "CREATE TABLE a_child (p INT NOT NULL UNIQUE, t INT, FOREIGN KEY (T, P) REFERENCES Z_Parent (t, id));"
        "CREATE TABLE z_parent (id INTEGER PRIMARY KEY, t INT NOT NULL, UNIQUE (t, id));"
        "CREATE TABLE one (id INTEGER PRIMARY KEY, o INT NOT NULL REFERENCES two);"
        "CREATE TABLE two (id INTEGER PRIMARY KEY, o INT NOT NULL REFERENCES one)",
    )
    assert filled.empty == {}
    assert named(filled) == {"a_child": 3, "z_parent": 3, "one": 3, "two": 3}
    assert query(session, "SELECT count(DISTINCT p) FROM a_child WHERE t IS NOT NULL") == [3]
    assert query(session, "PRAGMA foreign_key_check") == []
    with pytest.raises(ExecutionError, match="FOREIGN KEY"):
        session.execute("DELETE FROM z_parent")


def test_only_tables_that_were_named_get_rows_and_are_referred_to(session: SqliteSession) -> None:
    session.execute_script(
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE o (p REFERENCES p);"
        "CREATE TABLE n (p NOT NULL REFERENCES p)"
    )
    realm = session.inspect(Scope()).realm
    filled = session.sample_rows().fill(realm, realm, {Ref("table", "main", None, name) for name in ("o", "n")})
    assert named(filled) == {"o": 3}
    assert {ref.name: reason for ref, reason in filled.empty.items()} == {"n": "FOREIGN KEY constraint failed"}
    assert query(session, "SELECT count(*) FROM p") == [0]


def test_names_that_mean_something_else(session: SqliteSession) -> None:
    filled = fill(
        session,
        """CREATE TABLE "or ""der" ("it's" INT REFERENCES "or ""der" ("se;lect"), "se;lect" INTEGER PRIMARY KEY);
        CREATE TABLE [group] ("rowid" INT, up INT AS (CASE "rowid" WHEN 12 THEN 1 END) REFERENCES "or ""der")""",
    )
    assert filled.empty == {}
    assert named(filled) == {'or "der': 3, "group": 2}
    assert query(session, 'SELECT "rowid" FROM "group"') == [11, None]


def test_keys_that_nothing_can_enforce_are_not(session: SqliteSession) -> None:
    filled = fill(
        session,
        "CREATE TABLE p (a INT); CREATE TABLE c (a INT NOT NULL REFERENCES p (a));"
        "CREATE TABLE gone (a INT NOT NULL REFERENCES missing)",
    )
    assert named(filled) == {"p": 3, "c": 3}
    assert {ref.name: reason for ref, reason in filled.empty.items()} == {"gone": "FOREIGN KEY constraint failed"}
    assert not session.enforces_foreign_keys()


def test_a_table_whose_rows_the_server_refuses_is_named(session: SqliteSession) -> None:
    filled = fill(session, "CREATE TABLE good (a INT); CREATE TABLE t (a INT NOT NULL CHECK (a > 5 AND a < 3))")
    assert named(filled) == {"good": 3}
    assert {ref.name: reason for ref, reason in filled.empty.items()} == {
        "t": "CHECK constraint failed: a > 5 AND a < 3"
    }


@pytest.mark.parametrize(
    "columns",
    [
        "a INT NOT NULL, b REAL, c BLOB, d ANY",
        "a INT UNIQUE, b TEXT UNIQUE CHECK (b > '70'), c TEXT UNIQUE, d INT UNIQUE",
        "a INT CHECK (a + d > 500), b TEXT, c BLOB CHECK (c = 'X'), d INT",
        "a TEXT REFERENCES p, b TEXT NOT NULL REFERENCES q (name), c TEXT, d INT REFERENCES new",
        "b TEXT NOT NULL, c TEXT, x INT CHECK (x > 5)",
    ],
)
def test_rows_fit_what_is_to_come(session: SqliteSession, columns: str) -> None:
    names = ", ".join(name for name in "abcd" if f"{name} " in columns.replace("(", " "))
    strict = " STRICT" if "ANY" in columns else ""
    changes = (
        f"CREATE TABLE new (id INTEGER PRIMARY KEY); CREATE TABLE new_t ({columns}){strict}; "
        f"INSERT INTO new_t ({names}) SELECT {names} FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t"
    )
    filled = fill(
        session,
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE q (name TEXT PRIMARY KEY);"
        "CREATE TABLE t (a INT, b TEXT, c, d INT)",
        changes,
    )
    assert named(filled) == {"p": 3, "q": 3, "t": 3}
    with session.transaction():
        session.execute_each(changes.split("; "))
    assert query(session, "SELECT count(*) FROM t") == [3]


def test_what_no_row_can_fit_later_does_not_keep_rows_out(session: SqliteSession) -> None:
    changes = (
        "CREATE TABLE new_t (a INT, b INT NOT NULL); INSERT INTO new_t (a) SELECT a FROM t; DROP TABLE t; "
        "ALTER TABLE new_t RENAME TO t"
    )
    filled = fill(session, "CREATE TABLE t (a INT)", changes)
    assert named(filled) == {"t": 3}
    with pytest.raises(BatchError) as caught, session.transaction():
        session.execute_each(changes.split("; "))
    assert (caught.value.over_rows, caught.value.table) == (True, _T)


def test_triggers_rest_and_are_as_they_were_afterwards(session: SqliteSession) -> None:
    text = (
        "CREATE TABLE log (a INT); CREATE TABLE t (a INT);"
        "CREATE TRIGGER stop BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'no'); END;"
        "CREATE TRIGGER note AFTER INSERT ON log WHEN /* kept */ new.a > 0 BEGIN INSERT INTO missing VALUES (1); END;"
        "CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN SELECT 1; END"
    )
    session.execute_script(text)
    catalog = "SELECT type, name, sql FROM sqlite_schema WHERE type = 'trigger'"
    before, triggers = session.inspect(Scope()), query(session, catalog)
    filled = session.sample_rows().fill(before.realm, before.realm, {table.ref for table in before.realm.of(Table)})
    assert named(filled) == {"log": 3, "t": 3}
    assert session.inspect(Scope()) == before
    assert sorted(query(session, catalog)) == sorted(triggers)
    with pytest.raises(ExecutionError, match="no"):
        session.execute("INSERT INTO t VALUES (1)")


def test_the_same_states_give_the_same_rows(session: SqliteSession) -> None:
    text = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT REFERENCES p, b TEXT, c CHECK (c > 3));"
    fill(session, text)
    first = query(session, "SELECT * FROM t")
    session.execute_script("DROP TABLE t; DROP TABLE p")
    fill(session, text)
    assert query(session, "SELECT * FROM t") == first


_T = Ref("table", "main", None, "t")
_ID = Ref("column", "main", "t", "id")


def state(session: SqliteSession) -> RowState:
    return session.sample_rows().read([KeptTable(ref=_T, columns=("id", "a"))], [_ID])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE t SET a = CAST(a AS INTEGER) WHERE id = 11",
        "UPDATE t SET a = CASE id WHEN 11 THEN '22' ELSE '21' END WHERE id < 13",
        "UPDATE t SET a = NULL WHERE id = 12",
        "DELETE FROM t WHERE id = 11",
        "INSERT INTO t SELECT id + 50, a, b FROM t WHERE id = 11",
        "UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM t)",
    ],
)
def test_changes_of_rows_are_seen(session: SqliteSession, change: str) -> None:
    fill(session, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b INT)")
    session.execute("UPDATE t SET a = CAST(a AS TEXT)")
    before = state(session)
    assert before.tables[_T].count == 3
    assert before.numbers == {_ID: 20}
    assert state(session) == before
    session.execute("UPDATE t SET b = 7")
    session.execute_script("CREATE TABLE u AS SELECT * FROM t ORDER BY id DESC; DELETE FROM t")
    session.execute("INSERT INTO t SELECT * FROM u")
    assert state(session) == before
    session.execute(change)
    assert state(session) != before


def test_what_is_not_there_is_left_out(session: SqliteSession) -> None:
    fill(session, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)")
    session.execute("DROP TABLE t")
    assert state(session) == RowState(tables={}, numbers={})
    session.execute("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    with pytest.raises(ExecutionError, match="no such column"):
        state(session)


def test_counters_stand_beyond_the_rows(session: SqliteSession) -> None:
    fill(session, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    assert query(session, "SELECT seq > (SELECT max(id) FROM t) FROM sqlite_sequence") == [1]


def test_a_state_without_tables_has_no_rows(session: SqliteSession) -> None:
    realm = Realm()
    assert session.sample_rows().fill(realm, realm, set()) == Filled(rows={}, empty={})
