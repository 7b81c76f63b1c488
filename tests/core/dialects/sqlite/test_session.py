"""Sessions on real files: what is opened, refused, run and rolled back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from schema_core.dialects.protocol import BatchError, ExecutionError, Scope
from schema_core.dialects.registry import dialect_of_url
from schema_core.dialects.sqlite.session import SqliteSession, connect
from schema_core.schema.errors import UserError
from schema_core.schema.ref import Ref


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("create table users (id integer primary key, email text); vacuum;")
    return path


@pytest.fixture
def session(path: Path) -> Iterator[SqliteSession]:
    session = connect(f"sqlite://{path}")
    yield session
    session.close()


@pytest.fixture
def enforcing(path: Path) -> Iterator[SqliteSession]:
    session = connect(f"sqlite://{path}?_fk=1")
    session.execute("create table orders (id integer primary key, user_id int references users on delete cascade)")
    session.execute("insert into users values (1, 'a')")
    session.execute("insert into orders values (1, 1)")
    yield session
    session.close()


def rows(session: SqliteSession, table: str) -> int:
    return int(session.connection.execute(f"select count(*) from {table}").fetchone()[0])


def test_a_file_that_is_not_there_is_never_made(tmp_path: Path) -> None:
    for mode in ("", "?mode=rwc", "?mode=ro"):
        with pytest.raises(UserError, match=r"There is no SQLite database"):
            connect(f"sqlite://{tmp_path}/missing.db{mode}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but long enough to have a header of a hundred bytes" * 20)
    with pytest.raises(UserError, match="not a database"):
        connect(f"sqlite://{tmp_path}/notes.txt")
    with pytest.raises(UserError, match="There is no SQLite database"):
        connect(f"sqlite://{tmp_path}")


def test_a_library_that_is_too_old_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(UserError, match=r"3\.37 is the oldest supported"):
        connect(f"sqlite://{path}")


def test_reading_writes_nothing(path: Path) -> None:
    before = path.read_bytes()
    path.chmod(0o400)
    for url in (f"sqlite://{path}?mode=ro", f"sqlite://{path}?immutable=1"):
        session = dialect_of_url(url).connect(url)
        assert len(session.inspect(Scope()).realm) == 5
        session.close()
    assert path.read_bytes() == before
    assert [item.name for item in path.parent.iterdir()] == ["shop.db"]


def test_a_script_leaves_nothing_when_it_fails(session: SqliteSession) -> None:
    script = "create table a (x);\n-- ü\ncreate table b (x);\ninsert into nowhere values (1);\n"
    with pytest.raises(ExecutionError, match="no such table: nowhere") as caught:
        session.execute_script(script)
    assert caught.value.offset == script.encode().index(b"nowhere")
    assert not session.connection.in_transaction
    assert [ref.name for ref in session.inspect(Scope()).realm if ref.kind == "table"] == ["users"]


def test_a_script_may_have_transactions_of_its_own(session: SqliteSession) -> None:
    with pytest.raises(ExecutionError):
        session.execute_script("begin; create table a (x); commit; begin; create table b (x); select nothing;")
    assert not session.connection.in_transaction
    assert [ref.name for ref in session.inspect(Scope()).realm if ref.kind == "table"] == ["users", "a"]


def test_a_transaction_left_open_is_refused(session: SqliteSession) -> None:
    with pytest.raises(ExecutionError, match="still open at its end"):
        session.execute_script("begin; create table a (x);")
    assert not session.connection.in_transaction
    assert rows(session, "sqlite_schema") == 1


def test_the_statement_that_fails_is_known(session: SqliteSession) -> None:
    with pytest.raises(BatchError) as caught, session.rollback_only():
        session.execute_each(["create table a (x)", "create table a (x)"])
    assert (caught.value.index, caught.value.message) == (1, "table a already exists")
    assert rows(session, "sqlite_schema") == 1


@pytest.mark.parametrize(
    ("sql", "message", "at"),
    [
        ("create table x (a int,, b)", 'near ",": syntax error', ", b"),
        ("create table x (a int, b int) strickt", "unknown table option: strickt", None),
        ("select a from users where a = 1", "no such column: a", None),
        ("select * from 'ü' , nowhere", "no such table: ü", None),
        ("select missing from users", "no such column: missing", "missing"),
        ("select u.missing from users u", "no such column: u.missing", "missing"),
        ("select 1 from users where , id", 'near ",": syntax error', ", id"),
        ("select 'ü', id, from users", 'near "from": syntax error', "from"),
        ("select 1 $ 2", 'unrecognized token: "$"', "$"),
    ],
)
def test_errors_have_their_place(session: SqliteSession, sql: str, message: str, at: str | None) -> None:
    with pytest.raises(ExecutionError) as caught:
        session.execute(sql)
    assert caught.value.message == message
    assert caught.value.offset == (None if at is None else sql.encode().index(at.encode()))


def test_no_other_file_is_opened(session: SqliteSession, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    for sql in (f"attach '{other}' as other", f"vacuum into '{other}'", "attach ':memory:' as other"):
        with pytest.raises(ExecutionError, match="may not open other database files"):
            session.execute(sql)
    session.execute("vacuum")
    assert not other.exists()


def test_no_code_is_loaded(session: SqliteSession) -> None:
    for sql in ("select load_extension('x')", "select fts3_tokenizer('simple', x'00')"):
        with pytest.raises(ExecutionError, match="not authorized"):
            session.execute(sql)


def test_a_transaction_enforces_no_foreign_keys_and_checks_them_at_its_end(enforcing: SqliteSession) -> None:
    rebuild = ["create table n (id integer primary key)", "insert into n select id from users", "drop table users"]
    with enforcing.transaction():
        enforcing.execute_each([*rebuild, "alter table n rename to users"])
    assert rows(enforcing, "orders") == 1
    assert enforcing.enforces_foreign_keys()
    with (
        pytest.raises(ExecutionError, match="row 1 of table 'orders' refers to no row of table 'users'"),
        enforcing.transaction(),
    ):
        enforcing.execute("delete from users")
    with pytest.raises(ExecutionError, match="foreign key check"), enforcing.rollback_only():
        enforcing.execute("insert into orders values (2, 7)")
    assert (rows(enforcing, "users"), rows(enforcing, "orders")) == (1, 1)
    # Outside, they are enforced as the connection says.
    enforcing.execute("delete from users")
    assert rows(enforcing, "orders") == 0


def test_what_was_wrong_before_is_not_the_transactions_fault(enforcing: SqliteSession) -> None:
    enforcing.execute("pragma foreign_keys = off")
    enforcing.execute("insert into orders values (2, 7)")
    enforcing.execute("pragma foreign_keys = on")
    with enforcing.transaction():
        enforcing.execute("create table other (id)")
    assert rows(enforcing, "other") == 0


def test_another_row_that_refers_to_none_is_found_where_rows_have_no_number(enforcing: SqliteSession) -> None:
    enforcing.execute("create table tags (name primary key, user_id int references users) without rowid")
    enforcing.execute("pragma foreign_keys = off")
    enforcing.execute("insert into tags values ('a', 7)")
    enforcing.execute("pragma foreign_keys = on")
    with pytest.raises(ExecutionError, match="a row of table 'tags'"), enforcing.transaction():
        enforcing.execute("insert into tags values ('b', 7)")


@pytest.mark.parametrize(("options", "row"), [("", "row 7"), (" WITHOUT ROWID", "a row")])
def test_rows_that_refer_to_no_row_are_named_at_the_commit(enforcing: SqliteSession, options: str, row: str) -> None:
    enforcing.execute(f"create table notes (id integer primary key, user_id int references users){options}")
    with pytest.raises(ExecutionError) as caught, enforcing.transaction():
        enforcing.execute("insert into notes values (7, 99)")
    assert caught.value.message == f"foreign key check: {row} of table 'notes' refers to no row of table 'users'"
    assert (caught.value.over_rows, caught.value.table) == (True, Ref("table", "main", None, "notes"))


@pytest.mark.parametrize(
    ("statement", "over_rows"),
    [
        ("insert into strict_one (n) select email from users", True),
        ("insert into strict_one (n) select null from users", True),
        ("create unique index one on orders (user_id)", True),
        ("alter table users add column age int default 1 check (age > 5)", True),
        ("alter table users add column age int not null", False),
        ("insert into missing select 1 from users", False),
    ],
)
def test_a_refusal_over_rows_names_their_table(enforcing: SqliteSession, statement: str, over_rows: bool) -> None:
    enforcing.execute("create table strict_one (n int not null) strict")
    enforcing.execute("insert into orders values (2, 1)")
    with pytest.raises(ExecutionError) as caught:
        enforcing.execute(statement)
    name = "orders" if "orders" in statement else "users"
    assert caught.value.over_rows is over_rows
    assert caught.value.table == (Ref("table", "main", None, name) if over_rows else None)
