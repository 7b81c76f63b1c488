"""``schema-action migrate diff``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from schema_core.cli.options import (
    DEFAULT_DIRECTORY,
    DevUrlOption,
    DirectoryFormatOption,
    DirectoryOption,
    ExcludeOption,
    IncludeOption,
    PolicyOption,
    RenameOption,
    ResultFormatOption,
    SchemaOption,
    check_format,
    chosen,
)
from schema_core.cli.output import show_notices, write
from schema_core.cli.progress import progress_line
from schema_core.cli.questions import rename_question


def migrate_diff(
    name: Annotated[str | None, typer.Argument(help="What the file does, in a few words.")] = None,
    after: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="URL", help="The desired state: file://schema.sql (repeatable), or a database."),
    ] = None,
    directory: DirectoryOption = DEFAULT_DIRECTORY,
    dev_url: DevUrlOption = None,
    schema: SchemaOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    rename: RenameOption = None,
    edit: Annotated[bool, typer.Option("--edit", help="Change the SQL in $EDITOR first; it is proven again.")] = False,
    policy: PolicyOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the file and write nothing.")] = False,
    report_format: ResultFormatOption = "text",
    directory_format: DirectoryFormatOption = "atlas",
) -> None:
    """Write the migration file that leads from what the directory makes to the desired state.

    The SQL was run on a development database, and led there, before it is written.

    \b
    Examples:
      schema-action migrate diff add_orders --to file://schema.sql
      schema-action migrate diff --to file://schema.sql --rename users.name=full_name --dry-run
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.cli.editor import edit as open_editor
    from schema_core.operations.migrate_diff import MigrateDiffSettings
    from schema_core.operations.migrate_diff import migrate_diff as diff
    from schema_core.plan.making import parse_policies
    from schema_core.report.diff_formats import render_migration
    from schema_core.report.result_json import render
    from schema_core.schema.errors import UserError
    from schema_core.text.terminal import terminal_block

    check_format(report_format)
    if not after:
        raise UserError("Name the desired state: --to file://schema.sql, for example.")
    settings = MigrateDiffSettings(
        directory=directory,
        directory_format=directory_format,
        name=name,
        after=tuple(after),
        dev_url=dev_url,
        scope=chosen(schema, include, exclude),
        renames=tuple(rename or ()),
        policies=parse_policies(policy or ()),
        dry_run=dry_run,
    )
    with progress_line() as progress:

        def editing(sql: str) -> str:
            progress("")
            return open_editor(sql)

        result = diff(settings, progress, rename_question(), editing if edit else None)
    show_notices(result.diff.notices)
    text = render(result) if report_format == "json" else render_migration(result)
    write(terminal_block(text) if sys.stdout.isatty() else text)
