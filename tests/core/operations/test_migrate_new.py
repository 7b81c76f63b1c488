from __future__ import annotations

import os
from pathlib import Path

import pytest

from schema_core.directory import sums
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.operations.migrate_new import migrate_new
from schema_core.schema.errors import UserError


@pytest.mark.parametrize("name", [None, "", "add users", "ä🎉", 'a\'b "c"', "--env", "$(id)", "a" * 200])
def test_whatever_name_is_taken_makes_a_valid_directory(tmp_path: Path, name: str | None) -> None:
    directory = tmp_path / "new" / "directory"

    first = migrate_new(str(directory), "atlas", name)
    second = migrate_new(str(directory), "atlas", name)

    assert first.written[0] < second.written[0]
    opened = MigrationDirectory.open(str(directory))
    assert [file.name for file in opened.files] == [first.written[0], second.written[0]]
    assert sums.check(opened) == ()
    assert sorted(path.name for path in directory.iterdir()) == sorted({*first.written, *second.written})


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", "a\nb", "\x1b[31m", "\udcff", "h1:x", "é" * 101])
def test_a_name_that_would_break_the_directory_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError):
        migrate_new(str(tmp_path / "new"), "atlas", name)

    assert list(tmp_path.iterdir()) == []


def test_an_edit_is_not_covered_up(tmp_path: Path) -> None:
    migrate_new(str(tmp_path), "atlas", "a")
    before = sorted(tmp_path.iterdir())
    before[0].write_text("DROP TABLE users;")

    with pytest.raises(UserError, match=r"checksum mismatch: .*_a\.sql was edited"):
        migrate_new(str(tmp_path), "atlas", "b")

    assert sorted(tmp_path.iterdir()) == before


def test_a_sum_that_cannot_be_written_leaves_no_file_behind(tmp_path: Path) -> None:
    (tmp_path / "atlas.sum").mkdir()

    with pytest.raises(UserError, match="Cannot write"):
        migrate_new(str(tmp_path), "atlas", "a")

    assert [path.name for path in tmp_path.iterdir()] == ["atlas.sum"]


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)

    written = migrate_new(str(tmp_path), "atlas", "a").written

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(written)
