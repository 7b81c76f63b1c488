from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_core.directory.file_directives import FileDirectives
from schema_core.directory.files import MigrationFile
from schema_core.schema.errors import UserError


def _read(text: str) -> FileDirectives:
    return MigrationFile("1.sql", text.encode()).directives


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_block_with_a_blank_line_after_it_is_the_files(end: str) -> None:
    text = end.join(["-- atlas:txmode none", "# atlas:nolint DS103 data_depend", "-- words", "", "SELECT 1;"])

    read = _read(text)

    assert (read.txmode, read.nolint) == ("none", ("DS103", "data_depend"))


def test_a_block_right_above_a_statement_is_the_statements() -> None:
    read = _read("-- atlas:nolint\n-- atlas:txmode none\nSELECT 1;")

    assert (read.nolint, read.txmode, read.comments) == (None, None, ())


def test_a_file_of_comments_only_has_them_all() -> None:
    assert _read("-- atlas:nolint").nolint == ()
    assert _read("-- atlas:checkpoint v1\n").checkpoint == "v1"
    assert _read("-- atlas:checkpoint\n").checkpoint == ""


def test_a_delimiter_counts_on_the_first_line_only() -> None:
    assert _read("-- atlas:delimiter \\n\\n\nSELECT 1").delimiter == "\n\n"
    assert _read("-- words\n-- atlas:delimiter //\n\nSELECT 1").delimiter is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-- atlas:txmode all\n\n", "none or file"),
        ("-- atlas:txmode none\n-- atlas:txmode file\n\n", "multiple txmode"),
        ("-- atlas:txtar\n\n-- migration.sql --\n", "not supported"),
        ("-- atlas:delimiter\nSELECT 1", "needs a value"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(UserError, match=rf"^1\.sql: .*{words}"):
        _read(text)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfeS\0", "UTF-16"),
        (b"\xef\xbb\xbfSELECT 1;", "byte order mark"),
        (b"SELECT 1;\n-- caf\xe9", r"1\.sql:2 is not UTF-8"),
        (b"SELECT '\0'", "NUL byte at offset 8"),
    ],
)
def test_what_is_no_utf_8_text_is_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words):
        MigrationFile("1.sql", data).source()


@given(st.binary(max_size=200))
def test_any_bytes_are_directives_or_a_user_error(data: bytes) -> None:
    try:
        MigrationFile("1.sql", data).directives  # noqa: B018
    except UserError as error:
        assert str(error)  # noqa: PT017
