"""Writing into a checkout whose content somebody else decided on."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_ci.checkout_files import write_in


def test_folders_are_made_and_everybody_may_read(tmp_path: Path) -> None:
    write_in(tmp_path, "a/b/file.txt", "täxt")
    assert (tmp_path / "a/b/file.txt").read_bytes() == "täxt".encode()
    assert (tmp_path / "a/b/file.txt").stat().st_mode & 0o777 == 0o644
    assert [item.name for item in (tmp_path / "a/b").iterdir()] == ["file.txt"]


@pytest.mark.parametrize("link", ["a", "a/b"])
def test_nothing_is_written_behind_a_link(tmp_path: Path, link: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(outside)
    with pytest.raises(OSError, match="a symbolic link, behind which nothing is written") as error:
        write_in(root, "a/b/file.txt", "text")
    assert error.value.filename == link
    assert list(outside.iterdir()) == []


def test_a_link_in_the_files_place_is_replaced(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.write_text("theirs")
    (root / "file.txt").symlink_to(outside)
    write_in(root, "file.txt", "ours")
    assert outside.read_text() == "theirs"
    assert not (root / "file.txt").is_symlink()
    assert (root / "file.txt").read_text() == "ours"
