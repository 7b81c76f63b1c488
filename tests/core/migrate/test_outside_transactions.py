"""Statements that no transaction takes, which only the server can tell of some."""

from __future__ import annotations

from pathlib import Path

import documented_revisions as documented
import psycopg

from schema_core.operations.migrate_apply import MigrateApplySettings, migrate_apply

PARTITIONED = (
    "CREATE TABLE p (a int) PARTITION BY LIST (a);\nCREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);\n"
    "CREATE INDEX p_a ON p (a);\nREINDEX TABLE p;\nINSERT INTO p VALUES (1);\n"
)


def settings(url: str, directory: Path, text: str) -> MigrateApplySettings:
    directory.mkdir(exist_ok=True)
    (directory / "1_f.sql").write_text(text)
    (directory / "atlas.sum").write_text(documented.sum_file({"1_f.sql": text}))
    return MigrateApplySettings(url=url, directory=str(directory))


def test_in_a_transaction_the_way_out_is_told(database: str, tmp_path: Path) -> None:
    result = migrate_apply(settings(database, tmp_path / "m", PARTITIONED))
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.hint is not None
    assert "-- atlas:txmode none" in result.error.hint
    assert result.files[0].account.failed_at == 3


def test_outside_it_is_run_for_itself(database: str, tmp_path: Path) -> None:
    result = migrate_apply(settings(database, tmp_path / "m", f"-- atlas:txmode none\n\n{PARTITIONED}"))
    assert result.status == "applied", result.error
    with psycopg.connect(database) as connection:
        assert connection.execute("select count(*) from p").fetchone() == (1,)


def test_vacuum_on_sqlite_too(sqlite_file: str, tmp_path: Path) -> None:
    text = "CREATE TABLE a (b int);\nVACUUM;\n"
    failed = migrate_apply(settings(sqlite_file, tmp_path / "m", text))
    assert failed.error is not None
    assert "-- atlas:txmode none" in (failed.error.hint or "")
    assert migrate_apply(settings(sqlite_file, tmp_path / "m", f"-- atlas:txmode none\n\n{text}")).status == "applied"
