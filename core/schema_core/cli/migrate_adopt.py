"""``schema-action migrate adopt``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from schema_core.cli.options import (
    DEFAULT_DIRECTORY,
    DevUrlOption,
    DirectoryOption,
    DryRunOption,
    LockNameOption,
    LockTimeoutOption,
    ResultFormatOption,
    RevisionsSchemaOption,
    SkipLockOption,
    TargetOption,
    check_format,
)
from schema_core.cli.output import show_notices, write
from schema_core.cli.progress import progress_line


def migrate_adopt(
    url: TargetOption,
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    name: Annotated[
        str, typer.Option("--name", metavar="TEXT", help="What the file is called behind its version.")
    ] = "baseline",
    dev_url: DevUrlOption = None,
    revisions_schema: RevisionsSchemaOption = None,
    dry_run: DryRunOption = False,
    lock_name: LockNameOption = "atlas_migrate_execute",
    lock_timeout: LockTimeoutOption = "10s",
    skip_lock: SkipLockOption = False,
    report_format: ResultFormatOption = "text",
) -> None:
    """Begin to manage a database: write its schema as the first migration, and that the database has it.

    The file was run on a development database, and led to the same state, before anything is written.

    \b
    Examples:
      schema-action migrate adopt --url "$DATABASE_URL" --dry-run
      schema-action migrate adopt --url "$DATABASE_URL" --dir file://migrations
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.config.durations import parse_duration
    from schema_core.operations.migrate_adopt import MigrateAdoptSettings
    from schema_core.operations.migrate_adopt import migrate_adopt as adopt
    from schema_core.operations.on_target import TargetSettings
    from schema_core.report.directory_text import render_adoption
    from schema_core.report.result_json import render
    from schema_core.text.terminal import terminal_block

    check_format(report_format)
    settings = MigrateAdoptSettings(
        url=url,
        directory=directory,
        name=name,
        dev_url=dev_url,
        revisions_schema=revisions_schema,
        dry_run=dry_run,
        target=TargetSettings(
            lock_name=None if skip_lock else lock_name, lock_timeout=parse_duration(lock_timeout, "--lock-timeout")
        ),
    )
    with progress_line() as progress:
        result = adopt(settings, progress)
    show_notices(result.notices)
    text = render(result) if report_format == "json" else render_adoption(result)
    write(terminal_block(text) if sys.stdout.isatty() else text)
