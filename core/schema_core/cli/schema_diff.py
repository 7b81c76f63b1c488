"""``schema-action schema diff``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from schema_core.cli.options import (
    DevUrlOption,
    ExcludeOption,
    IncludeOption,
    PolicyOption,
    RenameOption,
    SchemaOption,
    chosen,
)
from schema_core.cli.output import show_notices, write
from schema_core.cli.progress import progress_line
from schema_core.cli.questions import rename_question


def schema_diff(
    before: Annotated[
        list[str],
        typer.Option(
            "--from",
            "-f",
            metavar="URL",
            help="The state to start from: a database, file://schema.sql (repeatable), or a migration directory.",
        ),
    ],
    after: Annotated[
        list[str], typer.Option("--to", metavar="URL", help="The desired state, written like --from. Repeatable.")
    ],
    dev_url: DevUrlOption = None,
    schema: SchemaOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    rename: RenameOption = None,
    policy: PolicyOption = None,
    report_format: Annotated[
        str, typer.Option("--format", metavar="NAME", help="sql, json, or '{{ sql . }}' as in Atlas.")
    ] = "sql",
) -> None:
    """Print the SQL that leads from one state to another, after it was run on a development database.

    \b
    Examples:
      schema-action schema diff --from "$DATABASE_URL" --to file://schema.sql
      schema-action schema diff --from file://migrations --to file://schema.sql --rename users.name=full_name
      schema-action schema diff --from "$STAGING_URL" --to "$PRODUCTION_URL" --exclude 'audit.*'
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.proven_plan import Endpoints
    from schema_core.operations.schema_diff import schema_diff as diff
    from schema_core.plan.making import parse_policies
    from schema_core.report.diff_formats import check_diff_format, render_diff
    from schema_core.text.terminal import terminal_block

    check_diff_format(report_format)
    settings = Endpoints(
        before=tuple(before),
        after=tuple(after),
        dev_url=dev_url,
        scope=chosen(schema, include, exclude),
        renames=tuple(rename or ()),
        policies=parse_policies(policy or ()),
    )
    with progress_line() as progress:
        result = diff(settings, progress, rename_question())
    show_notices(result.notices)
    text = render_diff(result, report_format)
    write(terminal_block(text) if sys.stdout.isatty() else text)
