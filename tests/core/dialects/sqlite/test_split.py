"""Statements are cut where SQLite ends them, with exact places in the file's bytes."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from generated_schemas import schemas
from hypothesis import given
from hypothesis import strategies as st

from schema_core.dialects.protocol import SplitError
from schema_core.dialects.sqlite.lexer import tokens
from schema_core.dialects.sqlite.split import split
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

TRIGGER = "create trigger t after insert on a begin select 1; select case when 1 then 'end;' end; end;"
PIECES = (
    *("select", "create", "temp", "trigger", "begin", "end", "case", "explain", "query", "plan", "view", "x", "ü", "1"),
    *(";", "; ", "(", ")", ",", "'a;b'", '"end;"', "`;`", "[;]", "/* ; */", "-- ;\n", "\n", " ", "x'00'", "''''"),
)


def cut(data: bytes | str, delimiter: str | None = None) -> list[Statement]:
    raw = data.encode() if isinstance(data, str) else data
    found = list(split(SourceText("f.sql", raw), delimiter))
    for statement in found:
        span = statement.span
        assert raw[span.start.offset : span.end.offset].decode() == statement.text
        assert span.start.line == raw[: span.start.offset].count(b"\n") + 1
    return found


def texts(data: bytes | str, delimiter: str | None = None) -> list[str]:
    return [statement.text for statement in cut(data, delimiter)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", []),
        (" \n\t\r\n;; ;", []),
        ("-- only\n/* comments; */\n", []),
        ("\ufeffselect 1;", ["select 1;"]),
        (";select 1;;\n; select 2", ["select 1;", "select 2"]),
        (
            "select 'ü;', \"é;\", `;`, [;] from t; select '😀;';",
            ["select 'ü;', \"é;\", `;`, [;] from t;", "select '😀;';"],
        ),
        ("select 'it''s;'; select /* ; */ 1 -- ;\n;", ["select 'it''s;';", "select /* ; */ 1 -- ;\n;"]),
        (f"{TRIGGER} select 3;", [TRIGGER, "select 3;"]),
        ("begin; select 1; end; select 2;", ["begin;", "select 1;", "end;", "select 2;"]),
        ("select 1; /* never closed ; ", ["select 1;"]),
        ("create table trigger_log (a); select 1;", ["create table trigger_log (a);", "select 1;"]),
        (
            "explain create temp trigger t begin select 1; end; x;",
            ["explain create temp trigger t begin select 1; end;", "x;"],
        ),
    ],
)
def test_boundaries(data: str, expected: list[str]) -> None:
    assert texts(data) == expected


def test_a_delimiter_of_the_file() -> None:
    assert texts("select 1; select 2\n//\nselect 3\n//\n", "\n//\n") == ["select 1; select 2", "select 3"]
    assert texts("DELIMITER //\nselect 1; select 2 //\nDELIMITER ;\nselect 3;") == ["select 1; select 2", "select 3;"]


def test_comments_directly_above_belong_to_the_statement() -> None:
    (first, second) = cut("-- far\n\n-- atlas:nolint DS103\nselect 1; -- behind\n/* near */ select 2;")
    assert first.comments == ("-- atlas:nolint DS103",)
    assert [(each.name, each.value, each.position.line) for each in first.directives] == [("nolint", "DS103", 3)]
    assert second.comments == ("/* near */",)


@pytest.mark.parametrize(
    ("data", "offset", "words"),
    [
        ("select 1;\nselect 'a; select 2;", 17, "' is never closed"),
        ("select [a;", 7, "[ is never closed"),
        ("select 1;\0", 9, "NUL"),
        ("select 1;\n.read x.sql\n", 10, ".read is a command of the sqlite3 shell"),
    ],
)
def test_what_sqlite_cannot_read_is_refused_with_its_place(data: str, offset: int, words: str) -> None:
    with pytest.raises(SplitError, match=r".") as caught:
        cut(data)
    assert caught.value.offset == offset
    assert words in caught.value.message


@given(st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_a_statement_ends_where_sqlite_would_send_it(text: str) -> None:
    """``complete_statement`` is the shell's own test whether what was typed so far can be sent."""
    ends = [token.end for token in tokens(text.encode()) if token.text == b";"]
    sendable = []
    start = 0
    for end in ends:
        if sqlite3.complete_statement(text.encode()[start:end].decode()):
            sendable.append(end)
            start = end
    found = cut(text)
    cuts = [statement.span.end.offset for statement in found if statement.text.endswith(";")]
    assert set(cuts) <= set(sendable)
    # What else can be sent is empty.
    starts = [0, *sendable]
    for begin, end in zip(starts, sendable, strict=False):
        piece = [token for token in tokens(text.encode()[begin:end]) if not token.is_gap()]
        assert (end in cuts) == (len(piece) > 1)


@given(st.binary(max_size=60) | schemas().map(str.encode))
def test_the_tokens_are_the_text(data: bytes) -> None:
    assert b"".join(token.text for token in tokens(data)) == data


@given(schemas())
def test_the_pieces_are_the_text(text: str) -> None:
    data = text.encode()
    pieces = []
    at = 0
    for statement in cut(data):
        gap = data[at : statement.span.start.offset]
        assert all(token.is_gap() for token in tokens(gap))
        pieces += [gap, statement.text.encode()]
        at = statement.span.end.offset
    assert b"".join([*pieces, data[at:]]) == data
    assert len(cut(data)) == len(text.split(";\n"))


@given(schemas())
def test_the_pieces_do_what_the_text_does(text: str) -> None:
    """Python's ``executescript`` lets SQLite itself find the end of each statement."""
    whole, pieces = (sqlite3.connect(":memory:", isolation_level=None) for _ in range(2))
    with closing(whole), closing(pieces):
        whole.executescript(text)
        for statement in cut(text):
            pieces.execute(statement.text)
        query = "select type, name, tbl_name, sql from sqlite_schema"
        assert pieces.execute(query).fetchall() == whole.execute(query).fetchall()
