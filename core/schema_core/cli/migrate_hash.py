"""``schema-action migrate hash``."""

from __future__ import annotations

from schema_core.cli.options import (
    DEFAULT_DIRECTORY,
    DirectoryFormatOption,
    DirectoryOption,
    ResultFormatOption,
    check_format,
)
from schema_core.cli.output import write


def migrate_hash(
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    report_format: ResultFormatOption = "text",
    directory_format: DirectoryFormatOption = "atlas",
) -> None:
    """Write the sum file anew, after files were changed on purpose.

    \b
    Example:
      schema-action migrate hash --dir file://db/migrations
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.migrate_hash import migrate_hash as write_sum
    from schema_core.report.directory_text import render_written
    from schema_core.report.result_json import render

    check_format(report_format)
    result = write_sum(directory, directory_format)
    write(render(result) if report_format == "json" else render_written(result))
