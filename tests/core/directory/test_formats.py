from __future__ import annotations

from pathlib import Path

import pytest

from schema_core.directory import sums
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.schema.errors import UserError

_CASES = {
    "golang-migrate": (
        {"1_init.up.sql": "CREATE TABLE a (x int);", "1_init.down.sql": "DROP TABLE a;"},
        [("1", "init", "CREATE TABLE a (x int);", None)],
        ["1_init.down.sql", "1_init.up.sql"],
    ),
    "goose": (
        {"1_a.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n"},
        [("1", "a", "SELECT 1;", "none")],
        ["1_a.sql"],
    ),
    "dbmate": (
        {"1_a.sql": "-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nSELECT 2;\n"},
        [("1", "a", "SELECT 1;", "none")],
        ["1_a.sql"],
    ),
    "liquibase": (
        {"1_a.sql": "--liquibase formatted sql\n--changeset ada:1\nSELECT 1;\n--rollback SELECT 2;\n"},
        [("1", "a", "SELECT 1;", None)],
        ["1_a.sql"],
    ),
    "flyway": (
        {
            "V1__a.sql": "SELECT 1;",
            "B2__b.sql": "SELECT 2;",
            "V2__c.sql": "SELECT 3;",
            "V10__d.sql": "SELECT 4;",
            "V9__e.sql": "SELECT 5;",
            "R__views.sql": "SELECT 6;",
            "U1__a.sql": "SELECT 7;",
        },
        [
            *(("2", "b", "SELECT 2;", None), ("9", "e", "SELECT 5;", None), ("10", "d", "SELECT 4;", None)),
            ("10R", "views", "SELECT 6;", None),
        ],
        ["B2__b.sql", "R__views.sql", "U1__a.sql", "V10__d.sql", "V1__a.sql", "V2__c.sql", "V9__e.sql"],
    ),
}


def _directory(path: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (path / name).write_text(text)
    return str(path)


@pytest.mark.parametrize("name", _CASES)
def test_what_is_run_and_what_the_sum_covers(name: str, tmp_path: Path) -> None:
    files, expected, summed = _CASES[name]

    opened = MigrationDirectory.open(_directory(tmp_path, files), name, for_apply=False)

    assert [
        (file.version, file.description, file.source().text.strip(), file.directives.txmode) for file in opened.files
    ] == expected
    assert [entry for entry, _ in sums.of(opened).entries] == summed
    assert all(len(file.source().data) == len(file.data) for file in opened.files)


@pytest.mark.parametrize(
    ("name", "files", "reason"),
    [
        ("golang-migrate", {"9_a.up.sql": "", "10_b.up.sql": ""}, "as text '10' does not follow '9'"),
        ("flyway", {"R__v.sql": ""}, "runs again whenever"),
        ("flyway", {"afterMigrate.sql": ""}, "around migrations"),
        ("goose", {"1_a.go": ""}, "migration in Go"),
        ("alembic", {}, "atlas, golang-migrate, goose, flyway, liquibase, dbmate"),
    ],
)
def test_a_directory_that_cannot_be_applied_is_refused(
    name: str, files: dict[str, str], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=reason):
        MigrationDirectory.open(_directory(tmp_path, files), name)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("goose", "-- +goose Up\nCREATE FUNCTION f() AS $$\nSELECT 1;\n$$;\n", ":3: .*StatementBegin"),
        ("goose", "-- +goose ENVSUB ON\n-- +goose Up\nSELECT 1;\n", ":1: variables"),
        ("dbmate", "SELECT 1;\n-- migrate:up\n", ":1: there is SQL before"),
        ("liquibase", "--liquibase formatted sql\n--changeset a:1 dbms:oracle\nSELECT 1;", ":2: dbms:oracle decides"),
    ],
)
def test_what_would_mean_something_else_is_refused_with_its_line(
    name: str, text: str, reason: str, tmp_path: Path
) -> None:
    opened = MigrationDirectory.open(_directory(tmp_path, {"1_a.sql": text}), name)

    with pytest.raises(UserError, match=reason):
        opened.files[0].source()
