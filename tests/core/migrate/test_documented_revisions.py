"""Databases whose revisions somebody else wrote by the documented rules are gone on with, and ours keep those rules."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import documented_revisions as documented
import psycopg
import pytest

from schema_core.migrate.pending import Choice
from schema_core.operations.migrate_apply import MigrateApplySettings, migrate_apply
from schema_core.operations.migrate_set import MigrateSetSettings, migrate_set
from schema_core.operations.migrate_status import MigrateStatusSettings, migrate_status
from schema_core.schema.errors import UserError

FILES = {
    "1_first.sql": "CREATE TABLE one (n integer);\n",
    "2_second.sql": "CREATE TABLE two (n integer);\nINSERT INTO two VALUES (1);\nINSERT INTO two VALUES (2);\n",
    "3_third.sql": "CREATE TABLE three (n integer);\n",
}
SECOND = [line for line in FILES["2_second.sql"].splitlines() if line]
COLUMNS = [
    *("version", "description", "type", "applied", "total", "executed_at", "execution_time", "error", "error_stmt"),
    *("hash", "partial_hashes", "operator_version"),
]


class Place:
    """A database and a directory."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url = url
        self.directory = directory
        self.postgres = url.startswith("postgres")
        self.table = "atlas_schema_revisions.atlas_schema_revisions" if self.postgres else "atlas_schema_revisions"
        self.write(FILES)

    def write(self, files: dict[str, str]) -> None:
        for path in self.directory.iterdir():
            path.unlink()
        for name, text in files.items():
            (self.directory / name).write_text(text)
        (self.directory / "atlas.sum").write_text(documented.sum_file(files))

    @contextlib.contextmanager
    def connection(self) -> Iterator[Any]:
        if self.postgres:
            with psycopg.connect(self.url, autocommit=True) as connection:
                yield connection
        else:
            path = self.url.removeprefix("sqlite://")
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
                yield connection

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        with self.connection() as connection:
            for text in statements:
                cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def apply(self, **more: Any) -> Any:
        return migrate_apply(MigrateApplySettings(url=self.url, directory=str(self.directory), **more))

    def make_table(self) -> None:
        """As the reference gives it."""
        if self.postgres:
            self.run(
                "create schema atlas_schema_revisions",
                f"""create table {self.table} (version character varying not null primary key,
                description character varying not null, type bigint not null default 2,
                applied bigint not null default 0, total bigint not null default 0, executed_at timestamptz not null,
                execution_time bigint not null, error text, error_stmt text, hash character varying not null,
                partial_hashes jsonb, operator_version character varying not null)""",
            )
        else:
            self.run(
                f"""create table `{self.table}` (`version` text not null, `description` text not null,
                `type` integer not null default 2, `applied` integer not null default 0,
                `total` integer not null default 0, `executed_at` datetime not null, `execution_time` integer not null,
                `error` text null, `error_stmt` text null, `hash` text not null, `partial_hashes` json null,
                `operator_version` text not null, primary key (`version`))"""
            )

    def insert(self, name: str, applied: int, total: int, **more: Any) -> None:
        version, _, rest = name.removesuffix(".sql").partition("_")
        partial = more.pop("partial", None)
        row = {
            "version": version,
            "description": rest,
            "type": 2,
            "applied": applied,
            "total": total,
            "executed_at": f"2026-01-0{version} 10:00:00.123456789+00:00",
            "execution_time": 1000,
            "error": "",
            "error_stmt": "",
            "hash": documented.sums(FILES)[name],
            # Go's driver for SQLite writes JSON as bytes.
            "partial_hashes": json.dumps(partial) if self.postgres else json.dumps(partial).encode(),
            "operator_version": "Atlas CLI v1.2.3",
            **more,
        }
        if self.postgres:
            row["executed_at"] = row["executed_at"].replace("789", "")
        mark = "%s" if self.postgres else "?"
        with self.connection() as connection:
            connection.execute(
                f"insert into {self.table} ({', '.join(COLUMNS)}) values ({', '.join([mark] * len(COLUMNS))})",
                [row[column] for column in COLUMNS],
            )

    def rows(self) -> list[dict[str, Any]]:
        found = self.run(f"select {', '.join(COLUMNS)} from {self.table} order by version")
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in found]
        for row in rows:
            if isinstance(row["partial_hashes"], str | bytes):
                row["partial_hashes"] = json.loads(row["partial_hashes"])
        return rows


@pytest.fixture(params=["postgres", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    directory = tmp_path / "migrations"
    directory.mkdir()
    url = request.getfixturevalue("database" if request.param == "postgres" else "sqlite_file")
    return Place(url, directory)


def test_our_rows_keep_the_rules(place: Place) -> None:
    place.apply()
    for row, (name, entry) in zip(place.rows(), documented.sums(FILES).items(), strict=True):
        count = FILES[name].count(";")
        assert (row["type"], row["applied"], row["total"], row["hash"]) == (2, count, count, entry)
        assert row["partial_hashes"] is None
        assert row["error"] in {None, ""}
        assert row["operator_version"].startswith("schema-action v")


@pytest.mark.parametrize("mode", ["file", "all", "none"])
def test_files_without_statements_have_rows_like_others(place: Place, mode: str) -> None:
    place.write(FILES | dict.fromkeys(("0_a.sql", "2a_z.sql", "4_z.sql", "5_z.sql"), "-- nothing yet\n"))
    assert place.apply(transaction_mode=mode).status == "applied"
    assert [(row["version"], row["applied"]) for row in place.rows()] == [
        *(("0", 0), ("1", 1), ("2", 3), ("2a", 0), ("3", 1), ("4", 0), ("5", 0)),
    ]
    assert place.apply(transaction_mode=mode).status == "synced"


def test_our_row_of_a_half_applied_file_keeps_the_rules(place: Place) -> None:
    place.write({**FILES, "2_second.sql": FILES["2_second.sql"].replace("(2)", "(nothing)")})
    assert place.apply(transaction_mode="none").status == "failed"
    row = place.rows()[-1]
    assert (row["version"], row["applied"], row["total"]) == ("2", 2, 3)
    assert row["partial_hashes"] == documented.partial(SECOND)[:2]
    assert "nothing" in row["error"]
    assert row["error_stmt"] == "INSERT INTO two VALUES (nothing);"


def test_their_half_applied_file_is_gone_on_with(place: Place) -> None:
    place.make_table()
    place.run(FILES["1_first.sql"], *SECOND[:2])
    place.insert("1_first.sql", 1, 1)
    place.insert("2_second.sql", 2, 3, partial=documented.partial(SECOND)[:2], error="some", error_stmt=SECOND[2])
    status = migrate_status(MigrateStatusSettings(url=place.url, directory=str(place.directory)))
    assert (status.current, status.next, status.left, status.error) == ("2", "2", 1, "some")
    result = place.apply(transaction_mode="none")
    assert [file.skipped for file in result.files] == [2, 0]
    assert place.run("select n from two order by n") == [(1,), (2,)]
    row = place.rows()[1]
    assert (row["applied"], row["partial_hashes"], row["error"] or "") == (3, None, "")


def test_their_table_of_an_older_release_gets_what_it_lacks(place: Place) -> None:
    place.make_table()
    place.run(FILES["1_first.sql"])
    place.insert("1_first.sql", 1, 1)
    for column in ("error_stmt", "partial_hashes", "type"):
        place.run(f"alter table {place.table} drop column {column}")
    assert migrate_status(MigrateStatusSettings(url=place.url, directory=str(place.directory))).current == "1"
    assert place.apply().status == "applied"
    assert [row["type"] for row in place.rows()] == [2, 2, 2]


def test_their_own_row_about_the_target_is_left_alone(place: Place) -> None:
    place.make_table()
    place.insert("1_first.sql", 0, 0, version=".atlas_cloud_identifier", description="a-number")
    assert place.apply().status == "applied"
    assert [row["version"] for row in place.rows()] == [".atlas_cloud_identifier", "1", "2", "3"]
    migrate_set(MigrateSetSettings(url=place.url, directory=str(place.directory), version="1"))
    assert [row["version"] for row in place.rows()] == [".atlas_cloud_identifier", "1"]


@pytest.mark.parametrize(("kind", "word"), [(1, "baseline"), (4, "manually set"), (6, "applied + manually set")])
def test_what_was_said_to_be_done_is_done(place: Place, kind: int, word: str) -> None:
    place.make_table()
    place.insert("1_first.sql", 0, 1 if kind == 6 else 0, type=kind)
    status = migrate_status(MigrateStatusSettings(url=place.url, directory=str(place.directory)))
    assert [revision.type for revision in status.applied] == [word]
    assert [file.version for file in status.pending] == ["2", "3"]


def test_set_writes_the_documented_types(place: Place) -> None:
    place.make_table()
    place.insert("1_first.sql", 0, 1, error="some")
    migrate_set(MigrateSetSettings(url=place.url, directory=str(place.directory), version="2"))
    rows = place.rows()
    assert [(row["version"], row["type"], row["applied"], row["total"]) for row in rows] == [
        ("1", 6, 0, 1),
        ("2", 4, 0, 0),
    ]
    assert [row["hash"] for row in rows] == list(documented.sums(FILES).values())[:2]


def test_set_before_a_baseline_leaves_nothing_out_of_order(place: Place) -> None:
    place.make_table()
    place.insert("3_third.sql", 0, 0, type=1)
    place.run(FILES["1_first.sql"])
    where = {"url": place.url, "directory": str(place.directory)}
    migrate_set(MigrateSetSettings(**where, version="2"))
    assert [row["version"] for row in place.rows()] == ["1", "2"]
    assert [file.version for file in place.apply().files] == ["3"]


def test_a_checkpoint_is_for_empty_databases(place: Place) -> None:
    files = {
        **FILES,
        "4_all.sql": "-- atlas:checkpoint\n\nCREATE TABLE one (n integer);\nCREATE TABLE two (n integer);\n",
        "5_more.sql": "CREATE TABLE five (n integer);\n",
    }
    place.write(files)
    place.apply()
    assert [row["version"] for row in place.rows()] == ["4", "5"]
    assert place.apply().status == "synced"
    place.write(
        {name: text for name, text in files.items() if name > "4"} | {"6_last.sql": "CREATE TABLE six (n int);"}
    )
    assert [file.version for file in place.apply().files] == ["6"]


def test_a_database_beyond_a_checkpoint_leaves_it_out(place: Place) -> None:
    place.apply()
    place.write(
        {**FILES, "4_all.sql": "-- atlas:checkpoint\n\nCREATE TABLE one (n integer);\n", "5_five.sql": "SELECT 1;"}
    )
    assert [file.version for file in place.apply().files] == ["5"]


def files_of(place: Place, *names: str) -> dict[str, str]:
    return {name: f"CREATE TABLE t{name.partition('_')[0]} (n integer);\n" for name in names}


def test_what_came_in_between_later_is_no_edit(place: Place) -> None:
    """Hashes cover the files before, and which those were is known only by trying."""
    place.write(files_of(place, "1_a.sql", "5_e.sql"))
    place.apply()
    place.write(files_of(place, "1_a.sql", "3_c.sql", "5_e.sql"))
    with pytest.raises(UserError, match=r"3_c\.sql came in before"):
        place.apply()
    place.apply(choice=Choice(order="non-linear"))
    place.write(files_of(place, "1_a.sql", "2_b.sql", "3_c.sql", "4_d.sql", "5_e.sql", "6_f.sql"))
    assert [file.version for file in place.apply(choice=Choice(order="linear-skip")).files] == ["6"]
    assert [file.version for file in place.apply(choice=Choice(order="non-linear")).files] == ["2", "4"]
    assert place.apply().status == "synced"
    for name in ("1_a.sql", "3_c.sql", "6_f.sql"):
        files = files_of(place, "1_a.sql", "2_b.sql", "3_c.sql", "4_d.sql", "5_e.sql", "6_f.sql")
        place.write({**files, name: files[name] + "-- edited\n"})
        with pytest.raises(UserError, match=rf"{name} was edited"):
            place.apply()


def test_the_table_is_where_the_url_or_the_option_says(database: str, tmp_path: Path) -> None:
    directory = tmp_path / "migrations"
    directory.mkdir()
    place = Place(database, directory)
    place.run("create schema app", "create schema other")
    bound = f"{database}{'&' if '?' in database else '?'}search_path=app"
    applied = migrate_apply(MigrateApplySettings(url=bound, directory=str(directory)))
    assert applied.status == "applied"
    assert place.run("select count(*) from app.atlas_schema_revisions, app.one") == [(0,)]
    again = MigrateApplySettings(url=database, directory=str(directory), revisions_schema="app")
    assert migrate_apply(again).status == "synced"
    place.run(
        "create schema atlas_schema_revisions",
        "alter table app.atlas_schema_revisions set schema atlas_schema_revisions",
    )
    with pytest.raises(UserError, match="ambiguous revision table"):
        migrate_apply(MigrateApplySettings(url=bound, directory=str(directory)))
    chosen = MigrateApplySettings(url=bound, directory=str(directory), revisions_schema="atlas_schema_revisions")
    assert migrate_apply(chosen).status == "synced"
