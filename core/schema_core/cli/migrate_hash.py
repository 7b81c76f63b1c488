"""``schema-action migrate hash``."""

from __future__ import annotations

import typer

from schema_core.cli.options import DEFAULT_DIRECTORY, DirectoryFormatOption, DirectoryOption


def migrate_hash(
    directory: DirectoryOption = DEFAULT_DIRECTORY, directory_format: DirectoryFormatOption = "atlas"
) -> None:
    """Write the sum file anew, after files were changed on purpose.

    \b
    Example:
      schema-action migrate hash --dir file://db/migrations
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.migrate_hash import migrate_hash as write_sum
    from schema_core.report.directory_text import render_written

    typer.echo(render_written(write_sum(directory, directory_format)), nl=False)
