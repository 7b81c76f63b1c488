"""Development databases of an engine whose databases are files: what is named is only read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from schema_core.devdb.development_database import development_database
from schema_core.dialects.protocol import Scope, Session
from schema_core.schema.errors import UserError

NAMED = ("embedded://sqlite", "embedded://sqlite/3/shop", "sqlite://dev?mode=memory", "sqlite://missing.db")


def silent(_: str) -> None: ...


def tables(session: Session) -> list[str]:
    return [ref.name for ref in session.inspect(Scope()).realm if ref.kind == "table"]


@pytest.mark.parametrize("url", NAMED)
def test_the_base_is_copied_and_stays_as_it_was(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with development_database(url, notify=silent) as dev:
        assert dev.can_copy
        assert (dev.server.engine, dev.server.version) == ("sqlite", sqlite3.sqlite_version)
        with closing(dev.connect()) as session:
            session.execute("create table users (id integer primary key)")
        dev.keep_base()
        with closing(dev.connect()) as session:
            session.execute("create table orders (id integer primary key)")
            with dev.copy_of_base() as copy, dev.empty() as empty:
                copy.execute("create table items (id integer primary key)")
                assert (tables(copy), tables(empty)) == (["users", "items"], [])
            with dev.copy_of_base() as copy:
                assert tables(copy) == ["users"]
            assert tables(session) == ["users", "orders"]
    assert list(tmp_path.iterdir()) == []


def test_a_named_file_is_not_touched_and_its_settings_hold(tmp_path: Path) -> None:
    path = tmp_path / "dev.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "pragma page_size = 8192; pragma encoding = 'UTF-16le'; create table x (a); drop table x;"
            "pragma user_version = 7;"
        )
    before = path.read_bytes()
    with development_database(f"sqlite://{path}?_fk=1", notify=silent) as dev, closing(dev.connect()) as session:
        session.execute("create table users (id integer primary key)")
        dev.keep_base()
        with dev.copy_of_base() as copy:
            for each in (session, copy):
                connection = each.connection  # type: ignore[attr-defined]
                found = [
                    connection.execute(f"pragma {name}").fetchone()[0]
                    for name in ("encoding", "page_size", "user_version", "foreign_keys")
                ]
                assert found == ["UTF-16le", 8192, 7, 1]
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["dev.db"]


def test_a_file_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dev.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("create view v as select 1; create table users (id);")
    with (
        pytest.raises(UserError, match=r'not clean: found table "users" and 1 more\. .*embedded://sqlite\.'),
        development_database(f"sqlite://{path}", notify=silent),
    ):
        pass


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("embedded://sqlite/2", "write embedded://sqlite"),
        ("docker://sqlite/3", "SQLite needs no container; use --dev-url embedded://sqlite"),
        ("sqlite://", "names no file"),
        ("sqlite://dev.db?_journal=wal", "is not known"),
    ],
)
def test_what_cannot_be_is_refused(url: str, words: str) -> None:
    with pytest.raises(UserError, match=words), development_database(url, notify=silent):
        pass


def test_the_engine_follows_the_target(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    sqlite3.connect(path).close()
    path.touch()
    with development_database(None, target_url=f"sqlite://{path}", notify=silent) as dev:
        assert dev.dialect.name == "sqlite"
