"""What a statement's text asks for, in the words that rules and reports use."""

from __future__ import annotations

import pytest

from schema_core.dialects.sqlite.classify import classify
from schema_core.dialects.sqlite.lexer import tokens
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

USERS = Ref("table", None, None, "users")


def column(name: str) -> Ref:
    return Ref("column", None, "users", name)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", ()),
        (";", ()),
        ("begin immediate transaction;", (Action(kind="begin", options=("immediate",)),)),
        ("END;", (Action(kind="commit"),)),
        ("rollback transaction to savepoint s", (Action(kind="savepoint", options=("rollback to",), detail="s"),)),
        ("rollback", (Action(kind="rollback"),)),
        ("release s", (Action(kind="savepoint", options=("release",), detail="s"),)),
        ("PRAGMA main.Foreign_Keys = 'OFF';", (Action(kind="set parameter", detail="foreign_keys=off"),)),
        ("pragma foreign_keys(0)", (Action(kind="set parameter", detail="foreign_keys=0"),)),
        ("pragma foreign_keys", (Action(kind="show parameter", detail="foreign_keys"),)),
        ("pragma table_info('users')", (Action(kind="show parameter", detail="table_info"),)),
        (
            "pragma defer_foreign_keys = on",
            (Action(kind="set parameter", options=("local",), detail="defer_foreign_keys=on"),),
        ),
        ("vacuum main into 'x'", (Action(kind="vacuum", options=("into",)),)),
        ("attach 'x.db' as other", (Action(kind="attach", target=Ref("schema", None, None, "other")),)),
        ("explain query plan delete from users", (Action(kind="explain"),)),
        ("create role x", (Action(kind="other", detail="create"),)),
        ("grant x", (Action(kind="other", detail="grant"),)),
        (
            "create temp table if not exists main.users as select 1",
            (
                Action(
                    kind="create table",
                    target=Ref("table", "main", None, "users"),
                    options=("temporary", "if not exists", "as"),
                ),
            ),
        ),
        (
            'create unique index "i x" on users (a)',
            (Action(kind="create index", target=Ref("index", None, None, "i x"), table=USERS, options=("unique",)),),
        ),
        (
            "create trigger t after update of a on users begin select 1; end;",
            (Action(kind="create trigger", target=Ref("trigger", None, None, "t"), table=USERS),),
        ),
        (
            "create virtual table docs using fts5(body)",
            (Action(kind="create virtual table", target=Ref("virtual table", None, None, "docs"), detail="fts5"),),
        ),
        ("drop table if exists users", (Action(kind="drop table", target=USERS, options=("if exists",)),)),
        (
            "alter table users rename to people",
            (Action(kind="rename table", target=USERS, table=USERS, detail="people"),),
        ),
        (
            "alter table users rename a to b",
            (Action(kind="rename column", target=column("a"), table=USERS, detail="b"),),
        ),
        (
            "alter table users add a varchar(3) not null default 'x' check (a <> 'y') references t collate nocase",
            (
                Action(
                    kind="add column",
                    target=column("a"),
                    table=USERS,
                    options=("not null", "default", "check", "references", "collate"),
                    detail="varchar(3)",
                ),
            ),
        ),
        ("alter table users drop column a", (Action(kind="drop column", target=column("a"), table=USERS),)),
        ("alter table users add constraint c check (a > 0)", (Action(kind="add constraint", table=USERS),)),
        (
            "alter table users alter column a set not null",
            (Action(kind="alter column", target=column("a"), table=USERS, detail="set not null"),),
        ),
        (
            "update or ignore users set a = 1, (b, c) = (2, 3) where x",
            (Action(kind="update", table=USERS, columns=("a", "b", "c"), options=("where",)),),
        ),
        ("delete from users", (Action(kind="delete", table=USERS),)),
        ("with x as (select 1) delete from users where 1", (Action(kind="delete", table=USERS, options=("where",)),)),
        ("insert into users values (1)", (Action(kind="insert", table=USERS),)),
        (
            'insert or replace into users (a, b, c, d) select a, "b", x as c, ifnull(d, (select 1)) from t where 1',
            (
                Action(
                    kind="insert",
                    table=USERS,
                    columns=("a", "b", "c", "d"),
                    options=("or replace", "select", "filtered"),
                ),
                Action(kind="copy column", table=USERS, columns=("a",), detail="a"),
                Action(kind="copy column", table=USERS, columns=("b",), options=("in double quotes",), detail="b"),
                Action(kind="copy column", table=USERS, columns=("c",), detail="x"),
                Action(kind="compute column", table=USERS, columns=("d",)),
            ),
        ),
        ("replace into users select * from t", (Action(kind="insert", table=USERS, options=("or replace", "select")),)),
    ],
)
def test_actions(sql: str, expected: tuple[Action, ...]) -> None:
    assert classify(list(tokens(sql.encode()))) == expected
