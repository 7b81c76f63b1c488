"""``schema-action migrate apply``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from schema_core.cli.options import (
    DEFAULT_DIRECTORY,
    ApplyFormatOption,
    DirectoryFormatOption,
    DirectoryOption,
    DryRunOption,
    LockNameOption,
    LockRetriesOption,
    LockTimeoutOption,
    LockWaitOption,
    RevisionsSchemaOption,
    SkipLockOption,
    TargetOption,
)
from schema_core.cli.output import show_notices, write

if TYPE_CHECKING:
    from schema_core.migrate.execution import FileTell


def migrate_apply(
    amount: Annotated[int | None, typer.Argument(help="How many files to run at most; all by default.")] = None,
    url: TargetOption = ...,  # type: ignore[assignment] # required, after an argument that is not
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    directory_format: DirectoryFormatOption = "atlas",
    to_version: Annotated[str | None, typer.Option(metavar="VERSION", help="The last file to run.")] = None,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="On the first run: the database has this version and all before it."),
    ] = None,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="On the first run: run the files beside what is there.")
    ] = False,
    tx_mode: Annotated[
        str,
        typer.Option(metavar="MODE", help="file: a transaction for each file; all: one for all; none: for none."),
    ] = "file",
    exec_order: Annotated[
        str,
        typer.Option(
            metavar="ORDER",
            help="What to do about files that came in before applied ones: linear refuses, linear-skip leaves them "
            "out, non-linear runs them.",
        ),
    ] = "linear",
    dry_run: DryRunOption = False,
    store_files: Annotated[
        bool,
        typer.Option("--store-files", help="Keep the text of each applied file in the database, beside its revision."),
    ] = False,
    revisions_schema: RevisionsSchemaOption = None,
    lock_name: LockNameOption = "atlas_migrate_execute",
    lock_timeout: LockTimeoutOption = "10s",
    skip_lock: SkipLockOption = False,
    lock_wait: LockWaitOption = "3s",
    lock_retries: LockRetriesOption = 10,
    report_format: ApplyFormatOption = "text",
) -> None:
    """Run the migration files that a database lacks, each once, and write down what was done.

    \b
    Examples:
      schema-action migrate apply --url "$DATABASE_URL"
      schema-action migrate apply --url "$DATABASE_URL" --dry-run
      schema-action migrate apply 1 --url "$DATABASE_URL" --tx-mode none
      schema-action migrate apply --url "$DATABASE_URL" --baseline 20240101000000
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.cli.changing import target_settings
    from schema_core.migrate.file_run import parse_transaction_mode
    from schema_core.migrate.pending import Choice, parse_execution_order
    from schema_core.operations.migrate_apply import MigrateApplySettings
    from schema_core.operations.migrate_apply import migrate_apply as apply
    from schema_core.report.apply_formats import check_apply_format
    from schema_core.report.migrate_apply_text import render
    from schema_core.report.migrate_formats import render_other
    from schema_core.schema.errors import UserError
    from schema_core.text.terminal import style_for

    check_apply_format(report_format)
    if amount is not None and amount < 1:
        raise UserError(f"cannot apply '{amount}' migration files; name at least one, or leave the number out for all.")
    settings = MigrateApplySettings(
        url=url,
        directory=directory,
        directory_format=directory_format,
        revisions_schema=revisions_schema,
        choice=Choice(order=parse_execution_order(exec_order), amount=amount, to_version=to_version),
        transaction_mode=parse_transaction_mode(tx_mode),
        baseline=baseline,
        allow_dirty=allow_dirty,
        dry_run=dry_run,
        store_files=store_files,
        target=target_settings(
            lock_name, lock_timeout, skip_lock=skip_lock, lock_wait=lock_wait, lock_retries=lock_retries
        ),
    )
    live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    result = apply(settings, _tell() if live else None)
    show_notices(result.notices)
    if report_format == "text":
        write(render(result, style_for(sys.stdout), seen=live and sys.stdout.isatty()))
    else:
        write(render_other(result, report_format))
    raise typer.Exit(128 + result.interrupted if result.interrupted is not None else int(result.status == "failed"))


def _tell() -> FileTell:
    """Functions that show file by file and statement by statement how it goes, on standard error."""
    from schema_core.apply.carry_out import Tell
    from schema_core.migrate.execution import FileTell
    from schema_core.report.account_text import duration, waited
    from schema_core.report.migrate_apply_text import file_begins, statement_line

    def say(text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    return FileTell(
        begins=lambda run: say(file_begins(run.file.version)),
        statements=Tell(
            begins=lambda _index, statement: say(statement_line(statement.text)),
            ends=lambda _index, milliseconds: say(f"    -- ok ({duration(milliseconds)})"),
            waits=lambda wait, pause: say(waited(wait, pause)),
        ),
    )
