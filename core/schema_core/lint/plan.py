"""Lint a plan: its statements are watched and judged like those of a new migration file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import Session
from schema_core.directory.files import MigrationFile
from schema_core.lint.judge import judge
from schema_core.lint.rule import Rule
from schema_core.lint.watch import WatchedFile, Watcher
from schema_core.schema.results import FileReport, ServerInfo, StatementReport

PLAN = "plan"
"""What stands in place of a file's name in findings about a plan."""


def lint_plan(
    database: DevelopmentDatabase,
    make: Callable[[Session], None],
    sql: str,
    rules: Sequence[Rule],
    *,
    waits_limited: bool,
) -> FileReport:
    """Watch the statements of a plan on a development database and judge what they do.

    ``make`` makes the state before in an empty database. ``waits_limited`` says that whoever will run the plan limits
    how long its statements wait for locks. Raises ExecutionError when the server goes away.
    """
    file = MigrationFile(PLAN, sql.encode())
    with database.scratch() as session:
        make(session)
        watcher = Watcher(session, database.dialect)
        watched = watcher.watch(file)
        server = watcher.server
    if watched.runs_together:
        with database.scratch() as session:
            make(session)
            watched = Watcher(session, database.dialect).watch_together(file)
    return _report(msgspec.structs.replace(watched, waits_limited=waits_limited), server, rules)


def _report(watched: WatchedFile, server: ServerInfo, rules: Sequence[Rule]) -> FileReport:
    seen = [
        StatementReport(statement=step.observed.statement, observation=step.observed.observation)
        for step in watched.steps
    ]
    unseen = [
        StatementReport(statement=statement, observation=None) for statement in watched.statements[len(watched.steps) :]
    ]
    return FileReport(
        name=watched.file.name,
        change="added",
        statements=(*seen, *unseen),
        findings=tuple(judgement.finding for judgement in judge(watched, server, rules, {})),
        error=watched.stopped or watched.apply_error,
    )
