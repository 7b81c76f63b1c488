from __future__ import annotations

import os
from pathlib import Path

import pytest

from schema_core.directory.migration_directory import MigrationDirectory, directory_path
from schema_core.schema.errors import UserError


@pytest.mark.parametrize(
    "url",
    ["file://[::1", "file://%00", "https://h/x", "file://nowhere", "nowhere", "file://.?format=alembic", "", "x\0y"],
)
def test_what_is_no_directory_of_ours_is_one_sentence(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if url == "":
        url = "1.sql"
        (tmp_path / url).write_text("")

    with pytest.raises(UserError):
        directory_path(url)


@pytest.mark.parametrize("name", ["a b", "a%20b", "a#b", "[x", "a:b", "ä"])
def test_any_name_of_a_directory_is_found_by_path_and_by_url(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).mkdir()

    assert directory_path(name) == Path(name)
    assert directory_path(f"file://{name.replace('%', '%25')}") == Path(name)
    assert directory_path(f"FILE://{tmp_path}/{name.replace('%', '%25')}?format=atlas").samefile(name)


def test_only_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").write_text("SELECT 1;")
    (tmp_path / "2_directory.sql").mkdir()
    (tmp_path / "3_nowhere.sql").symlink_to("nowhere")
    os.mkfifo(tmp_path / "4_pipe.sql")
    (tmp_path / "5_link.sql").symlink_to("1_a.sql")
    (tmp_path / "6_upper.SQL").write_text("SELECT 1;")

    assert [file.name for file in MigrationDirectory.open(str(tmp_path)).files] == ["1_a.sql", "5_link.sql"]


def test_two_files_of_one_version_are_named(tmp_path: Path) -> None:
    for name in ("1_a.sql", "1_b.sql"):
        (tmp_path / name).write_text("")

    with pytest.raises(UserError, match=r"version 1: 1_a\.sql and 1_b\.sql"):
        MigrationDirectory.open(str(tmp_path))


@pytest.mark.parametrize("repository", [True, False])
def test_a_link_out_of_the_repository_is_refused(tmp_path: Path, repository: bool) -> None:
    folder = tmp_path / "repository" / "migrations"
    folder.mkdir(parents=True)
    (tmp_path / "secret.sql").write_text("SELECT 'secret';")
    (tmp_path / "repository" / "shared.sql").write_text("SELECT 1;")
    if repository:
        (tmp_path / "repository" / ".git").mkdir()
        (folder / "1_shared.sql").symlink_to("../shared.sql")
        assert [file.name for file in MigrationDirectory.open(str(folder)).files] == ["1_shared.sql"]
    (folder / "2_secret.sql").symlink_to(tmp_path / "secret.sql")
    with pytest.raises(UserError, match=r"2_secret\.sql is a link to a file outside"):
        MigrationDirectory.open(str(folder))
