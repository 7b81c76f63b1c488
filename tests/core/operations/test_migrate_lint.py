"""What ``migrate lint`` refuses to do rather than to say that all is well, and results of an engine's own kinds."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from schema_core.config.lint_settings import LintSettings
from schema_core.dialects.protocol import Scope
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.directory.sums import SUM_FILE_NAME, compute
from schema_core.operations import migrate_lint as operation
from schema_core.operations.schema_inspect import schema_inspect
from schema_core.report.json_schema import published_schema
from schema_core.report.result_json import render
from schema_core.schema.errors import UserError


def test_an_engine_without_rules_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1_users.sql").write_text("CREATE TABLE users (id integer);")
    files = MigrationDirectory.open(str(tmp_path)).files
    (tmp_path / SUM_FILE_NAME).write_text(compute(files).text())
    settings = LintSettings(directory=str(tmp_path), latest=1, dev_url="embedded://sqlite")
    assert operation.migrate_lint(settings).verdict == "passed"
    monkeypatch.setattr(operation, "all_rules", lambda _: ())
    with pytest.raises(UserError, match="no lint rules for SQLite"):
        operation.migrate_lint(settings)


def test_results_of_sqlite_fit_the_published_schemas(tmp_path: Path) -> None:
    text = "CREATE TABLE users (id integer PRIMARY KEY, name text UNIQUE);CREATE VIEW v AS SELECT id FROM users;"
    trigger = "CREATE TRIGGER t AFTER DELETE ON users BEGIN SELECT 1; END;"
    directory = tmp_path / "migrations"
    directory.mkdir()
    (directory / "1_users.sql").write_text(text)
    (directory / "2_drop.sql").write_text(f"{trigger}VACUUM;DROP TABLE users;")
    files = MigrationDirectory.open(str(directory)).files
    (directory / SUM_FILE_NAME).write_text(compute(files).text())
    linted = operation.migrate_lint(LintSettings(directory=str(directory), latest=1, dev_url="embedded://sqlite"))
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.executescript(text + trigger)
    inspected = schema_inspect(f"sqlite://{tmp_path}/shop.db", Scope())
    for name, result in (("lint", linted), ("inspect", inspected)):
        validator = jsonschema.Draft202012Validator(json.loads(published_schema(name)))
        validator.validate(json.loads(render(result)))
    assert {item["kind"] for item in json.loads(render(inspected))["realm"]} >= {"trigger", "view", "unique constraint"}
