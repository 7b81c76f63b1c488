"""``schema-action migrate import``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from schema_core.cli.options import DEFAULT_DIRECTORY, ResultFormatOption, check_format
from schema_core.cli.output import write


def migrate_import(
    source: Annotated[
        str, typer.Option("--from", metavar="URL", help="The tool's directory, as in file://db?format=goose.")
    ],
    destination: Annotated[
        str, typer.Option("--to", metavar="URL", help="Where to write: a directory that is empty or not there.")
    ] = DEFAULT_DIRECTORY,
    dev_url: Annotated[
        str | None,
        typer.Option(
            "--dev-url",
            metavar="URL",
            help="Run both directories there, as in embedded://postgres; they must lead to the same state.",
        ),
    ] = None,
    report_format: ResultFormatOption = "text",
) -> None:
    """Write the directory of golang-migrate, goose, Flyway, Liquibase or dbmate as one with an atlas.sum.

    Only what leads forward is taken over.

    \b
    Examples:
      schema-action migrate import --from 'file://db/migrations?format=goose' --to file://migrations
      schema-action migrate import --from 'file://db?format=flyway' --to file://migrations --dev-url embedded://postgres
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.migrate_import import MigrateImportSettings
    from schema_core.operations.migrate_import import migrate_import as take_over
    from schema_core.report.directory_text import render_import
    from schema_core.report.result_json import render
    from schema_core.text.terminal import style_for

    check_format(report_format)
    result = take_over(MigrateImportSettings(source=source, destination=destination, dev_url=dev_url))
    write(render(result) if report_format == "json" else render_import(result, style_for(sys.stdout)))
