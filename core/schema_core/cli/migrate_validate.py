"""``schema-action migrate validate``."""

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


def migrate_validate(
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    dev_url: Annotated[
        str | None,
        typer.Option(
            "--dev-url",
            metavar="URL",
            help="Replay all files on this development database too, as in embedded://postgres.",
        ),
    ] = None,
    report_format: ResultFormatOption = "text",
    directory_format: DirectoryFormatOption = "atlas",
) -> None:
    """Check that the directory matches its sum file, and with --dev-url that every file runs.

    \b
    Examples:
      schema-action migrate validate
      schema-action migrate validate --dev-url embedded://postgres
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.migrate_validate import migrate_validate as validate
    from schema_core.report.directory_text import render_validation
    from schema_core.report.result_json import render

    check_format(report_format)
    result = validate(directory, directory_format, dev_url)
    write(render(result) if report_format == "json" else render_validation(result))
    raise typer.Exit(0 if result.valid else 1)
