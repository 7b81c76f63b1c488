"""Lint one migration on a real server, with all rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schema_core.dialects.protocol import Session
from schema_core.dialects.registry import dialect_named
from schema_core.directory.files import MigrationFile
from schema_core.lint.codes import all_rules
from schema_core.lint.judge import judge
from schema_core.lint.nolint import Suppressions
from schema_core.lint.watch import Watcher
from schema_core.schema.findings import Finding
from schema_core.sources.replay import replay_file

Lint = Callable[[str, str], tuple[Finding, ...]]


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    session = dialect_named("postgres").connect(database)
    yield session
    session.close()


@pytest.fixture
def lint(session: Session) -> Lint:
    """From a base and a migration to what all rules together find: the observed families report what is left."""
    return lambda base, migration: findings(session, "postgres", base, migration)


@pytest.fixture
def lint_sqlite(tmp_path: Path) -> Iterator[Lint]:
    """The same on SQLite; a migration that it refuses is judged up to there."""
    dialect = dialect_named("sqlite")
    session = dialect.connect(dialect.create_database(f"sqlite://{tmp_path}/server.db", "linted"))
    yield lambda base, migration: findings(session, "sqlite", base, migration, runs=False)
    session.close()


def findings(
    session: Session, dialect_name: str, base: str, migration: str, *, runs: bool = True
) -> tuple[Finding, ...]:
    """What all rules of a dialect find; ``runs`` says that every statement must run."""
    dialect = dialect_named(dialect_name)
    new = MigrationFile("2_new.sql", migration.encode())
    replay_file(session, dialect, MigrationFile("1_base.sql", base.encode()))
    watcher = Watcher(session, dialect)
    watched = watcher.watch(new)
    assert watched.stopped is None or not runs
    judgements = judge(watched, watcher.server, all_rules(dialect.name), {})
    suppressions = Suppressions(new.name, new.directives.comments, watched.statements)
    kept, _ = suppressions.apply((item.finding, item.analyzer) for item in judgements)
    return kept
