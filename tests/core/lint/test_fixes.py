"""Fixes on a real server: the patch applies, the sum file fits, and what is left has no finding of that code."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from schema_core.config.lint_settings import LintSettings
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.directory.sums import SUM_FILE_NAME, check, compute
from schema_core.operations.migrate_lint import migrate_lint
from schema_core.schema.results import LintResult

BASE = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"


@pytest.fixture
def lint(tmp_path: Path, database: str) -> Callable[[], LintResult]:
    def run() -> LintResult:
        new = len(list(tmp_path.glob("*.sql"))) - 1
        return migrate_lint(LintSettings(directory=str(tmp_path), dev_url=database, latest=new))

    return run


def write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (directory / name).write_bytes(text.encode())
    (directory / SUM_FILE_NAME).write_text(compute(MigrationDirectory.open(str(directory)).files).text())


def fixed(lint: Callable[[], LintResult], directory: Path, text: str) -> LintResult:
    """Lint a migration, apply the patch that was proposed, and lint again."""
    write(directory, {"1_base.sql": BASE, "2_new.sql": text})
    [patch] = {finding.fix.patch for file in lint().files for finding in file.findings if finding.fix is not None}
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=directory, check=True)
    assert check(MigrationDirectory.open(str(directory))) == ()
    return lint()


@pytest.mark.parametrize(
    "text",
    [
        "CREATE INDEX users_email ON users (email);\n",
        "CREATE INDEX users_email ON users (email)",
        "-- About it.\r\nCREATE INDEX users_email\r\n  ON users (email);\r\n",
        "-- A form feed.\f\n-- And a line separator.\u2028\nCREATE INDEX users_email ON users (email);\n",
        "-- atlas:nolint PG575\n\nCREATE INDEX users_email ON users (email);\n",
        "-- atlas:txmode none\n\nSET lock_timeout = 0;\nCREATE INDEX users_email ON users (email);\n",
        "-- atlas:txmode file\n-- atlas:nolint PG575\n\nCREATE INDEX users_email ON users (email);\n",
        "ALTER TABLE users ADD COLUMN name text;\n\n-- About it.\nCREATE INDEX users_email ON users (email);",
        "CREATE INDEX users_email ON users (email); ALTER TABLE users ADD COLUMN name text;\n",
        "/* here */ CREATE INDEX users_email ON users (email); /* there */\nALTER TABLE users ADD COLUMN name text;\n",
    ],
)
def test_the_patch_applies_and_holds(text: str, lint: Callable[[], LintResult], tmp_path: Path) -> None:
    result = fixed(lint, tmp_path, text)
    assert [finding.code for file in result.files for finding in file.findings if finding.code == "PG101"] == []
    assert [file.error for file in result.files if file.error is not None] == []


def test_a_comment_behind_the_statement_moves_with_it(lint: Callable[[], LintResult], tmp_path: Path) -> None:
    fixed(
        lint,
        tmp_path,
        "CREATE INDEX users_email ON users (email); -- about the index\nALTER TABLE users ADD COLUMN name text;\n",
    )
    assert (tmp_path / "2_new.sql").read_text() == "ALTER TABLE users ADD COLUMN name text;\n"
    assert (
        "CREATE INDEX CONCURRENTLY users_email ON users (email); -- about the index\n"
        in (tmp_path / "3_new_concurrently.sql").read_text()
    )


def test_nothing_is_proposed_when_a_later_statement_needs_the_index(
    lint: Callable[[], LintResult], tmp_path: Path
) -> None:
    text = "CREATE INDEX users_email ON users (email);\nALTER INDEX users_email RENAME TO users_mail;\n"
    write(tmp_path, {"1_base.sql": BASE, "2_new.sql": text})
    assert [finding.code for file in lint().files for finding in file.findings if finding.fix is not None] == []
