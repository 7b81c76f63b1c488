"""``schema-action migrate status``."""

from __future__ import annotations

import sys

from schema_core.cli.options import (
    DEFAULT_DIRECTORY,
    ApplyFormatOption,
    DirectoryFormatOption,
    DirectoryOption,
    RevisionsSchemaOption,
    TargetOption,
)
from schema_core.cli.output import write


def migrate_status(
    url: TargetOption,
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    directory_format: DirectoryFormatOption = "atlas",
    revisions_schema: RevisionsSchemaOption = None,
    report_format: ApplyFormatOption = "text",
) -> None:
    """Say which version of the directory a database is at, and what is left; nothing is written.

    \b
    Examples:
      schema-action migrate status --url "$DATABASE_URL"
      schema-action migrate status --url "$DATABASE_URL" --format json
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.migrate_status import MigrateStatusSettings
    from schema_core.operations.migrate_status import migrate_status as status
    from schema_core.report.apply_formats import check_apply_format
    from schema_core.report.migrate_formats import render_other
    from schema_core.report.migrate_status_text import render_status
    from schema_core.text.terminal import style_for

    check_apply_format(report_format)
    result = status(
        MigrateStatusSettings(
            url=url, directory=directory, directory_format=directory_format, revisions_schema=revisions_schema
        )
    )
    text = render_status(result, style_for(sys.stdout)) if report_format == "text" else None
    write(text if text is not None else render_other(result, report_format))
