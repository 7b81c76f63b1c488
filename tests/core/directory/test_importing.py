"""Another tool's files under names that sort as the tool runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_core.directory.importing import imported
from schema_core.directory.migration_directory import MigrationDirectory


def names(folder: Path, tool: str, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        (folder / name).write_text(text)
    opened = MigrationDirectory.open(f"file://{folder}?format={tool}", for_apply=False)
    return [item.file.name for item in imported(opened)]


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (["1", "2"], ["1", "2"]),
        (["9", "10"], ["09", "10"]),
        (["001", "2", "30"], ["001", "2", "30"]),
        (["001", "9", "10"], ["01", "09", "10"]),
        (["1", "1.2", "10"], ["01.0", "01.2", "10.0"]),
        (["1.2", "1.10", "1.10.1"], ["1.02.0", "1.10.0", "1.10.1"]),
        (["20240101", "20240102"], ["20240101", "20240102"]),
    ],
)
def test_versions_sort_as_flyway_counts(tmp_path: Path, versions: list[str], expected: list[str]) -> None:
    found = names(tmp_path, "flyway", {f"V{version}__f.sql": "SELECT 1;\n" for version in versions})
    assert found == [f"{version}_f.sql" for version in expected]
    assert found == sorted(found)


def test_what_runs_again_comes_last_in_its_order(tmp_path: Path) -> None:
    files = {f"R__{letter}.sql": "SELECT 1;\n" for letter in "cab"}
    found = names(tmp_path, "flyway", {"V1__f.sql": "SELECT 1;\n", **files})
    assert found == ["1_f.sql", "1r1_a.sql", "1r2_b.sql", "1r3_c.sql"]
    assert found == sorted(found)


def test_no_transaction_is_said_where_the_text_only_speaks_of_it(tmp_path: Path) -> None:
    text = "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 'x'; -- not atlas:txmode file\n-- +goose Down\nSELECT 2;\n"
    (tmp_path / "1_f.sql").write_text(text)
    (item,) = imported(MigrationDirectory.open(f"file://{tmp_path}?format=goose", for_apply=False))
    assert item.file.data.decode() == "-- atlas:txmode none\n\nSELECT 'x'; -- not atlas:txmode file\n"
    assert item.file.directives.txmode == "none"


def test_only_what_goes_back_is_left_out(tmp_path: Path) -> None:
    kept = "-- A comment.\nCREATE TABLE t (a text DEFAULT '\n\nx');\n\n\nSELECT 1;\n"
    text = f"-- migrate:up\n\n{kept}-- migrate:down\nDROP TABLE t;\n"
    (tmp_path / "1_f.sql").write_text(text)
    (item,) = imported(MigrationDirectory.open(f"file://{tmp_path}?format=dbmate", for_apply=False))
    assert item.file.data.decode() == kept
