"""Statements are cut where PostgreSQL's grammar ends them, with exact places in the file's bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_core.dialects.postgres.split import split
from schema_core.dialects.protocol import SplitError
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

DEEP = "select " + "1 + " * 200 + "1;"
FUNCTION = "create function f() returns int language sql begin atomic select 1; select case when true then 2 end; end;"


def cut(data: bytes | str, delimiter: str | None = None) -> list[Statement]:
    raw = data.encode() if isinstance(data, str) else data
    found = list(split(SourceText("f.sql", raw), delimiter))
    for statement in found:
        span = statement.span
        assert raw[span.start.offset : span.end.offset].decode() == statement.text
        before = raw[: span.start.offset].decode()
        assert span.start.line == before.count("\n") + 1
    return found


def texts(data: bytes | str, delimiter: str | None = None) -> list[str]:
    return [statement.text for statement in cut(data, delimiter)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", []),
        (" \n\t\r\n", []),
        ("-- only\n/* comments; */\n", []),
        (";; ;\n", []),
        (";select 1;;\n; select 2;", ["select 1;", "select 2;"]),
        ("select 1;\r\n-- c\r\nselect\r\n 2;\r\n", ["select 1;", "select\r\n 2;"]),
        ("select 1;\rselect 2", ["select 1;", "select 2"]),
        ("select 'ü', \"é;\" from t; select '😀;'", ["select 'ü', \"é;\" from t;", "select '😀;'"]),
        ("do $x$ begin perform ';'; end $x$; select $$;$$", ["do $x$ begin perform ';'; end $x$;", "select $$;$$"]),
        ("select $a$ $b$;$b$ $a$; select $1;", ["select $a$ $b$;$b$ $a$;", "select $1;"]),
        ("select /* a /* ; */ ; */ 1; select 2 --;", ["select /* a /* ; */ ; */ 1;", "select 2 --;"]),
        (f"{FUNCTION} select 3;", [FUNCTION, "select 3;"]),
        ("begin; select 1; end; select 2;", ["begin;", "select 1;", "end;", "select 2;"]),
        (
            "create rule r as on insert to t do also (insert into a values (1); select 2;); select 3;",
            ["create rule r as on insert to t do also (insert into a values (1); select 2;);", "select 3;"],
        ),
        ("select E'a\\';b'; select 'a\\'; select 1", ["select E'a\\';b';", "select 'a\\';", "select 1"]),
        ("select U&'\\0041;'; select 1", ["select U&'\\0041;';", "select 1"]),
        ("select 'a'\n';b'; select 2;", ["select 'a'\n';b';", "select 2;"]),
        ("copy t to stdout; select 1", ["copy t to stdout;", "select 1"]),
        ("copy (select 1 from stdin) to stdout;", ["copy (select 1 from stdin) to stdout;"]),
        ("select '\n\\d'; -- \\d\nselect 2", ["select '\n\\d';", "select 2"]),
        # What the grammar refuses is left to the server, one statement at a time.
        ("create tabel x (a int); select 1;", ["create tabel x (a int);", "select 1;"]),
        (f"selct 0; {FUNCTION} select 3;", ["selct 0;", FUNCTION, "select 3;"]),
        ("selct 0; create rule r as on insert to t do (select 1; select 2); select 3",
         ["selct 0;", "create rule r as on insert to t do (select 1; select 2);", "select 3"]),
        ("select 1); select 2;", ["select 1);", "select 2;"]),
        # What it nests too deep for the parser's interface is no mistake.
        (f"{DEEP} select ';';", [DEEP, "select ';';"]),
        (f"{DEEP} {FUNCTION}", [DEEP, FUNCTION]),
    ],
)  # fmt: skip
def test_statements(data: bytes | str, expected: list[str]) -> None:
    assert texts(data) == expected


@pytest.mark.parametrize(
    ("data", "offset", "words"),
    [
        ("select 'ü'; select 'abc;", 20, "unterminated quoted string.*never closed"),
        ('select "abc;', 7, "unterminated quoted identifier"),
        ("do $x$ begin; $y$", 3, "unterminated dollar-quoted string"),
        ("select 1; /* a /* b */", 10, "unterminated /\\* comment"),
        ('select ""', 7, "zero-length delimited identifier"),
        ("select 1;\n\\i other.sql", 10, "^\\\\i is a command of psql"),
        ("select 1;\n  \\connect x", 12, "^\\\\connect is a command of psql"),
        ("select 1 \\gset\n", 9, "^\\\\gset is a command of psql"),
        ("select 1; copy t (a) from stdin;\n1\n\\.\n", 10, "COPY … FROM stdin"),
        ("copy t from stdin with (format csv);\n", 0, "COPY … FROM stdin"),
        (b"select 1;\0select 2;", 9, "NUL"),
    ],
)
def test_what_no_server_reads_is_refused_with_its_place(data: bytes | str, offset: int, words: str) -> None:
    with pytest.raises(SplitError, match=words) as caught:
        cut(data)
    assert caught.value.offset == offset


def test_the_words_about_a_mistake_are_not_made_up() -> None:
    with pytest.raises(SplitError) as caught:
        cut('select ""')
    assert "never closed" not in caught.value.message


def test_a_delimiter_of_the_file() -> None:
    assert texts("select 1;\nselect 2;\n\n\nselect 3", "\n\n\n") == ["select 1;\nselect 2;", "select 3"]


PIECES = [
    "select 1;",
    "select ';', $$;$$, $x$ $$;$$ $x$, E'\\';', \"a;\"\"b\";",
    'create table "ü" (a int /* ; /* ; */ */ default 1 -- ;\n);',
    FUNCTION,
    "create rule r as on insert to t do also (insert into a values (1); select 2;);",
    "do $d$ begin null; end $d$;",
    "begin;",
    "end;",
    "select case when true then 1 end;",
    DEEP,
]
GAPS = ["", "\n", " ", "\r\n", ";", "\n-- a; b\n", "/* c; /* d */ ' */", '\n-- it\'s "open" $$\n\n', "\t;;\n"]


@given(st.lists(st.tuples(st.sampled_from(GAPS), st.sampled_from(PIECES)), max_size=8), st.sampled_from(GAPS))
def test_what_was_joined_is_cut_again(parts: list[tuple[str, str]], end: str) -> None:
    data = "".join(f"{gap}{piece}" for gap, piece in parts) + end
    assert texts(data) == [piece for _, piece in parts]


@given(st.lists(st.tuples(st.sampled_from(GAPS), st.sampled_from(PIECES)), max_size=6))
def test_a_mistake_changes_nothing_after_it(parts: list[tuple[str, str]]) -> None:
    data = "selct 1;" + "".join(f"{gap}{piece}" for gap, piece in parts)
    assert texts(data) == ["selct 1;", *(piece for _, piece in parts)]


@given(st.text(st.sampled_from("'\"$xü;-/*\\ \n()abE&1"), max_size=30))
def test_any_text_is_cut_or_refused(text: str) -> None:
    try:
        found = cut(text)
    except SplitError:
        return
    ends = [0, *(statement.span.end.offset for statement in found)]
    starts = [*(statement.span.start.offset for statement in found), len(text.encode())]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
