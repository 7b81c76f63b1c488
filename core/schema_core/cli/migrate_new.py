"""``schema-action migrate new``."""

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


def migrate_new(
    name: Annotated[str | None, typer.Argument(help="What the file does, in a few words.")] = None,
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    report_format: ResultFormatOption = "text",
    directory_format: DirectoryFormatOption = "atlas",
) -> None:
    """Make an empty migration file with the present second as its version.

    \b
    Example:
      schema-action migrate new add_users
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.migrate_new import migrate_new as make_file
    from schema_core.report.directory_text import render_written
    from schema_core.report.result_json import render

    check_format(report_format)
    result = make_file(directory, directory_format, name)
    write(render(result) if report_format == "json" else render_written(result))
