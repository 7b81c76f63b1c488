"""What ``migrate lint`` refuses to do rather than to say that all is well."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_core.config.lint_settings import LintSettings
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.directory.sums import SUM_FILE_NAME, compute
from schema_core.operations import migrate_lint as operation
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
