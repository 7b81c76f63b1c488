"""``schema-action migrate ls``."""

from __future__ import annotations

from typing import Annotated

import typer

from schema_core.cli.options import (
    DEFAULT_DIRECTORY,
    DirectoryFormatOption,
    DirectoryOption,
    ResultFormatOption,
    check_format,
)
from schema_core.cli.output import write


def migrate_ls(
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    short: Annotated[bool, typer.Option("--short", "-s", help="Print versions instead of file names.")] = False,
    latest: Annotated[bool, typer.Option("--latest", "-l", help="Print the last file only.")] = False,
    report_format: ResultFormatOption = "text",
    directory_format: DirectoryFormatOption = "atlas",
) -> None:
    """List the migration files in the order in which they run.

    \b
    Examples:
      schema-action migrate ls
      schema-action migrate ls --latest --short
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.migrate_ls import migrate_ls as list_files
    from schema_core.report.directory_text import render_list
    from schema_core.report.result_json import render

    check_format(report_format)
    result = list_files(directory, directory_format, latest=latest)
    write(render(result) if report_format == "json" else render_list(result, short=short))
