"""The result of ``migrate apply`` for people."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.report.account_text import duration, failure_lines, wait_lines
from schema_core.report.lint_wording import counted
from schema_core.schema.accounts import AppliedStatement
from schema_core.schema.migration_results import AppliedFile, MigrateApplyResult
from schema_core.text.terminal import Style, terminal
from schema_core.text.truncate import one_line

NOTHING_TO_DO = "No migration files to execute"
_WIDTH = 100


def render(result: MigrateApplyResult, style: Style, *, seen: bool = False) -> str:
    """What was or would be done; files that were ``seen`` as they ran are not shown again unless one failed."""
    lines: list[str] = []
    if result.baseline is not None and result.status != "planned":
        lines.append(f"Baseline: version {terminal(result.baseline)}")
    if not result.pending:
        lines.append(NOTHING_TO_DO)
    elif result.status == "planned":
        lines += [headline(result), "", *_planned(result)]
    else:
        if not seen or result.error is not None:
            lines += [headline(result), "", *(line for file in result.files for line in file_lines(file, style))]
        lines += _footer(result, style)
    return "".join(f"{line}\n" for line in lines)


def headline(result: MigrateApplyResult) -> str:
    """``Migrating to version 3 from 1 (2 migrations in total):``."""
    source = f" from {terminal(result.current or '')}" if result.current not in {None, result.aim} else ""
    count = counted(len(result.pending), "migration")
    return f"Migrating to version {terminal(result.aim or '')}{source} ({count} in total):"


def file_begins(version: str) -> str:
    """The line before a file's statements."""
    return f"  -- migrating version {terminal(version)}"


def statement_line(text: str) -> str:
    """One statement."""
    return f"    -> {terminal(one_line(text, _WIDTH))}"


def file_lines(file: AppliedFile, style: Style) -> Iterator[str]:
    """A file, its statements, and what became of them."""
    yield file_begins(file.version)
    if file.skipped:
        yield f"    -- {counted(file.skipped, 'statement')} of it applied earlier"
    for item in file.account.statements:
        yield from _statement(item, style)
    taken = duration(sum(item.duration_ms for item in file.account.statements))
    if file.is_done:
        yield f"  -- {style.green('ok')} ({taken})"
    else:
        yield f"  -- {style.yellow('rolled back') if file.account.error is None else style.red('failed')}"
    yield ""


def _statement(item: AppliedStatement, style: Style) -> Iterator[str]:
    yield statement_line(item.statement.text)
    if item.outcome != "applied":
        colour = style.red if item.outcome in {"failed", "unknown"} else style.yellow
        yield f"    -- {colour(item.outcome)}"


def _planned(result: MigrateApplyResult) -> Iterator[str]:
    for file in result.pending:
        yield file_begins(file.version)
        yield from map(statement_line, file.statements)
        yield ""
    yield "Dry run: nothing was applied and nothing was written down."


def _footer(result: MigrateApplyResult, style: Style) -> Iterator[str]:
    done = sum(1 for file in result.files if file.is_done)
    errors = ", 1 error" if result.error is not None else ""
    yield "  -------------------------"
    yield f"  -- {duration(result.duration_ms)}"
    yield f"  -- {counted(done, 'migration')} ok{errors}"
    yield f"  -- {counted(result.count_statements(), 'sql statement')}"
    failed = next((file for file in result.files if file.account.error is not None), None)
    for file in result.files:
        yield from wait_lines(file.account)
    if failed is not None:
        yield ""
        yield f"In {terminal(failed.name)}:"
        yield from failure_lines(failed.account, style, again="it goes on where this one ended")
    elif len(result.files) < len(result.pending):
        yield ""
        yield "The run was interrupted between two files. Run the command again for the rest."
