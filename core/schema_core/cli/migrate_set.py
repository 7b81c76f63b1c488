"""``schema-action migrate set``."""

from __future__ import annotations

from typing import Annotated

import typer

from schema_core.cli.options import (
    DEFAULT_DIRECTORY,
    ApplyFormatOption,
    DirectoryFormatOption,
    DirectoryOption,
    LockNameOption,
    LockTimeoutOption,
    RevisionsSchemaOption,
    TargetOption,
)
from schema_core.cli.output import write


def migrate_set(
    version: Annotated[str | None, typer.Argument(help="The version that the database is at.")] = None,
    url: TargetOption = ...,  # type: ignore[assignment] # required, after an argument that is not
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    directory_format: DirectoryFormatOption = "atlas",
    revisions_schema: RevisionsSchemaOption = None,
    lock_name: LockNameOption = "atlas_migrate_execute",
    lock_timeout: LockTimeoutOption = "0",
    report_format: ApplyFormatOption = "text",
) -> None:
    """Say which version of the directory a database is at; only the revisions table is changed.

    Without a version it is the newest one, or none when the directory has no files any more.

    \b
    Examples:
      schema-action migrate set 20240101000000 --url "$DATABASE_URL"
      schema-action migrate set --url "$DATABASE_URL"
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.config.durations import parse_duration
    from schema_core.operations.migrate_set import MigrateSetSettings
    from schema_core.operations.migrate_set import migrate_set as set_version
    from schema_core.report.apply_formats import check_apply_format
    from schema_core.report.migrate_formats import render_other
    from schema_core.report.migrate_status_text import render_set

    check_apply_format(report_format)
    result = set_version(
        MigrateSetSettings(
            url=url,
            directory=directory,
            directory_format=directory_format,
            version=version,
            revisions_schema=revisions_schema,
            lock_name=lock_name,
            lock_timeout=parse_duration(lock_timeout, "--lock-timeout"),
        )
    )
    write(render_set(result) if report_format == "text" else render_other(result, report_format))
