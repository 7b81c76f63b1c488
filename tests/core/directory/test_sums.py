from __future__ import annotations

import base64
import contextlib
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema_core.directory import sums
from schema_core.directory.files import MigrationFile
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.directory.sums import SumError, compute, parse
from schema_core.schema.errors import UserError

_NAMES = st.from_regex(r"[0-9a-zA-Z_\-ä.\x0b\x1c\u2028]{1,12}", fullmatch=True).map(lambda stem: f"{stem}.sql")
_BODIES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"-- atlas:sum ignore\nx", b"-- atlas:sum  ignore", b"--atlas:sum ignore\r\nx", b"\n-- atlas:sum ignore"]
    ),
)
_DIRECTORIES = st.dictionaries(_NAMES, _BODIES, max_size=6)


def _independent(files: dict[str, bytes]) -> str:
    """The algorithm as the reference describes it, written a second time and in another way."""
    read, lines = b"", []
    for name in sorted(files, key=lambda each: each.encode()):
        read += name.encode()
        if not re.match(rb"[ -~]*atlas:sum +ignore *\r?(\n|$)", files[name]):
            read += files[name]
            lines.append((name, base64.standard_b64encode(hashlib.sha256(read).digest()).decode()))
    total = base64.standard_b64encode(hashlib.sha256("".join(map("".join, lines)).encode()).digest()).decode()
    return f"h1:{total}\n" + "".join(f"{name} h1:{value}\n" for name, value in lines)


def _files(contents: dict[str, bytes]) -> list[MigrationFile]:
    return [MigrationFile(name, contents[name]) for name in sorted(contents, key=str.encode)]


def _directory(contents: dict[str, bytes], sum_text: str | None) -> MigrationDirectory:
    return MigrationDirectory(path=Path(), files=tuple(_files(contents)), sum_text=sum_text)


@given(_DIRECTORIES)
def test_the_sum_is_that_of_the_reference(contents: dict[str, bytes]) -> None:
    assert compute(_files(contents)).text() == _independent(contents)


@given(_DIRECTORIES)
def test_what_was_written_is_read_back_and_matches(contents: dict[str, bytes]) -> None:
    written = compute(_files(contents))

    assert parse(written.text()) == written
    assert parse(written.text().replace("\n", "\r\n")) == written
    assert sums.check(_directory(contents, written.text())) == ()


@given(_DIRECTORIES, st.data())
def test_no_edit_goes_unnoticed(contents: dict[str, bytes], data: st.DataObject) -> None:
    text = compute(_files(contents)).text()
    if not contents:
        return
    name = data.draw(st.sampled_from(sorted(contents)))
    body = data.draw(_BODIES)
    changed = {**contents, name: body}

    if compute(_files(changed)).text() != text:
        assert sums.check(_directory(changed, text)) != ()


@given(_DIRECTORIES, st.data())
def test_no_edit_of_the_sum_goes_unnoticed(contents: dict[str, bytes], data: st.DataObject) -> None:
    text = compute(_files(contents)).text()
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("Aa0/+\nh1: é"))
    edited = text[:at] + letter + text[at + 1 :]
    if _read(edited) == parse(text):
        return

    with contextlib.suppress(SumError):
        assert sums.check(_directory(contents, edited)) != ()


def _read(text: str) -> sums.SumFile | None:
    try:
        return parse(text)
    except SumError:
        return None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_any_text_is_a_sum_or_a_sum_error(text: str) -> None:
    _read(text)


def _problems(before: dict[str, bytes], after: dict[str, bytes]) -> list[tuple[str, str, int]]:
    text = compute(_files(before)).text()
    return [(item.file, item.reason, item.line) for item in sums.check(_directory(after, text))]


def test_only_the_first_difference_is_blamed_for_the_hashes_after_it() -> None:
    three = {"1.sql": b"a", "2.sql": b"b", "3.sql": b"c"}

    assert _problems(three, {**three, "2.sql": b"x"}) == [("2.sql", "edited", 3)]
    assert _problems(three, {"2.sql": b"b", "3.sql": b"c"}) == [("1.sql", "removed", 2)]
    assert _problems(three, {**three, "15.sql": b"n"}) == [("15.sql", "added", 3)]
    assert _problems(three, {**three, "4.sql": b"n", "5.sql": b"n"}) == [("4.sql", "added", 5), ("5.sql", "added", 6)]
    assert _problems(three, {"1.sql": b"a", "2b.sql": b"b", "3.sql": b"c"}) == [
        ("2.sql", "removed", 3),
        ("2b.sql", "added", 4),
    ]


def test_a_reordered_sum_is_a_problem_although_it_lists_what_is_there() -> None:
    contents = {"1.sql": b"a", "2.sql": b"b"}
    right = compute(_files(contents))
    entries = tuple(reversed(right.entries))
    total = base64.b64encode(hashlib.sha256("".join(map("".join, entries)).encode()).digest()).decode()
    reordered = sums.SumFile(total=total, entries=entries)

    assert sums.check(_directory(contents, reordered.text())) != ()


@pytest.mark.parametrize("name", ["1_a\nb.sql", "1_a\rb.sql", "1_h1:x.sql", " 1.sql", "1_\udcff.sql"])
def test_a_name_that_the_sum_could_not_hold_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("SELECT 1;")

    with pytest.raises(UserError, match="rename the file"):
        MigrationDirectory.open(str(tmp_path))


def test_line_ends_made_by_git_are_recognised(tmp_path: Path) -> None:
    contents = {"1.sql": b"SELECT 1;\nSELECT 2;\n"}
    text = compute(_files(contents)).text()
    checked_out = {name: data.replace(b"\n", b"\r\n") for name, data in contents.items()}

    assert sums.only_line_ends_differ(_directory(checked_out, text.replace("\n", "\r\n")))
    assert not sums.only_line_ends_differ(_directory({"1.sql": b"SELECT 3;\r\n"}, text))
    assert not sums.only_line_ends_differ(_directory(checked_out, None))
